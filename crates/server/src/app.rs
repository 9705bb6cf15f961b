//! The service without a socket: what all endpoints share, and the layers around them.
//!
//! A request passes, from outside in: the headers of every response, compression, errors made into problems, the
//! checks of host and length, the limit on bodies, and its endpoint.

use crate::answer::Answer;
use crate::desk::Desk;
use crate::limits::{self, BODY_BYTES, Own};
use crate::params::Params;
use crate::pool::Pool;
use crate::preparing::Preparing;
use crate::problem::{self, Problem};
use crate::{Options, headers, routes, through};
use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn_with_state, map_response};
use jaal_engine::graph::Filter;
use jaal_engine::{Database, Lens, Reading};
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
    preparing: Arc<Preparing>,
    /// The service's own lens.
    lens: Lens,
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
    /// Asks a question of the last commit: on the blocking pool, under a slot and a budget, through the lens that the
    /// parameters name.
    pub(crate) async fn ask(
        &self,
        params: &Params,
        question: impl FnOnce(&mut Desk<'_>) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        self.ask_of(params, Filter::default(), question).await
    }

    /// As [`App::ask`], of what the parameters admit of the graph.
    pub(crate) async fn ask_links(
        &self,
        params: &Params,
        question: impl FnOnce(&mut Desk<'_>) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        self.ask_of(params, through::links(params)?, question).await
    }

    async fn ask_of(
        &self,
        params: &Params,
        links: Filter,
        question: impl FnOnce(&mut Desk<'_>) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        let store = Arc::clone(&self.store);
        let lens = through::lens(params, &store.lens)?;
        self.pool
            .run(move |budget, workspace| {
                let Reading { view, sources } = store.reading(&lens)?;
                let reading = Reading { view: view.filtered(links), sources };
                let mut desk = Desk { reading: &reading, lens: &lens, store: &store, budget, workspace };
                let answer = question(&mut desk);
                // What a damaged image says is void, and so is what it says is not there.
                reading.check(())?;
                answer
            })
            .await
    }

    /// Asks the store about itself, as a lens shows it. The question is told how far the image is that is being made.
    pub(crate) async fn ask_store(
        &self,
        params: &Params,
        question: impl FnOnce(&Database, &Lens, Option<u64>) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        let store = Arc::clone(&self.store);
        let lens = through::lens(params, &store.lens)?;
        self.pool
            .run(move |_, _| {
                // The image is then at hand.
                store.reading(&lens)?;
                question(&store.database, &lens, store.preparing.percent())
            })
            .await
    }

    /// As [`App::ask`] through the service's own lens, for a question so small that it needs no slot for graph work.
    pub(crate) async fn ask_health(
        &self,
        question: impl FnOnce(&Reading, Option<u64>) -> Result<Answer, Problem> + Send + 'static,
    ) -> Result<Answer, Problem> {
        let store = Arc::clone(&self.store);
        let work = move || question(&store.reading(&store.lens)?, store.preparing.percent());
        self.health.run(move |_, _| work()).await
    }
}

impl Store {
    /// What a question reads through a lens.
    ///
    /// # Errors
    /// 403 where the lens would show what the service's own hides.
    fn reading(&self, lens: &Lens) -> Result<Reading, Problem> {
        if !self.database.is_within(lens, &self.lens)? {
            return Err(Problem::beyond_lens());
        }
        self.preparing.reading(lens)
    }
}

/// The service over an open store.
pub fn router(database: Arc<Database>, options: &Options) -> Router {
    let store = Store {
        preparing: Arc::new(Preparing::new(Arc::clone(&database), options.wait)),
        database,
        lens: options.lens.clone(),
        country: options.country.clone(),
        graphviz: options.graphviz.clone(),
    };
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
