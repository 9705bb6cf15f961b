//! Values as text and as JSON.
