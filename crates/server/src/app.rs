//! The service without a socket: what all endpoints share, and the layers around them.
//!
//! A request passes, from outside in: the headers of every response, compression, errors made into problems, the
//! checks of host and length, the limit on bodies, and its endpoint.

use crate::answer::Answer;
use crate::desk::Desk;
use crate::limits::{self, BODY_BYTES, Own};
use crate::pool::Pool;
use crate::problem::{self, Problem};
use crate::{Options, headers, routes};
use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn_with_state, map_response};
use jaal_engine::{Database, EngineError, Reading};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

/// Questions about the service's own health that may run at once, beside the slots for graph work: a full house is
/// not ill.
const HEALTH_SLOTS: usize = 2;
/// The most time that such a question may take.
const HEALTH_TIME: Duration = Duration::from_secs(2);

/// What all endpoints share.
#[derive(Clone)]
pub(crate) struct App {
    store: Arc<Store>,
    pool: Arc<Pool>,
    health: Arc<Pool>,
    own: Own,
}

/// What questions are asked of.
pub(crate) struct Store {
    database: Arc<Database>,
    /// Where national phone numbers belong.
    pub(crate) country: String,
    /// Graphviz's program.
    pub(crate) graphviz: Option<PathBuf>,
}

impl FromRef<App> for Own {
    fn from_ref(app: &App) -> Self {
        app.own
    }
}

impl App {
    /// Asks a question of the last commit: on the blocking pool, under a slot and a budget.
    pub(crate) async fn ask(
        &self,
        question: impl FnOnce(&mut Desk<'_>) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        let store = Arc::clone(&self.store);
        self.pool
            .run(move |budget, workspace| {
                let reading = store.database.read()?;
                let mut desk = Desk { reading: &reading, store: &store, budget, workspace };
                let answer = question(&mut desk);
                // What a damaged image says is void, and so is what it says is not there.
                reading.check(())?;
                answer
            })
            .await
    }

    /// Asks the store about itself.
    pub(crate) async fn ask_store(
        &self,
        question: impl FnOnce(&Database) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        let store = Arc::clone(&self.store);
        self.pool.run(move |_, _| question(&store.database)).await
    }

    /// As [`App::ask`] for a question so small that it needs no slot for graph work.
    pub(crate) async fn ask_health(
        &self,
        question: impl FnOnce(&Reading) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        let store = Arc::clone(&self.store);
        let read = move || -> Result<Reading, EngineError> { store.database.read() };
        self.health.run(move |_, _| question(&read()?)).await
    }
}

/// The service over an open store.
pub fn router(database: Arc<Database>, options: &Options) -> Router {
    let store = Store { database, country: options.country.clone(), graphviz: options.graphviz.clone() };
    let app = App {
        store: Arc::new(store),
        pool: Arc::new(Pool::new(options.max_concurrent, options.max_time)),
        health: Arc::new(Pool::new(HEALTH_SLOTS, HEALTH_TIME)),
        own: Own(options.listen),
    };
    routes::all()
        .layer(RequestBodyLimitLayer::new(BODY_BYTES))
        .layer(from_fn_with_state(app.clone(), limits::check))
        .layer(map_response(problem::normalise))
        .layer(CompressionLayer::new())
        .layer(map_response(headers::secure))
        .with_state(app)
}
