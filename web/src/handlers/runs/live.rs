//! The stream of a run's changes.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use futures::StreamExt as _;

use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::live::Watch;

/// A line that says nothing, so that proxies and browsers see that the stream lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Tells the page that nothing will come any more, so that it does not connect again.
const OVER: Bytes = Bytes::from_static(b"event: over\ndata: over\n\n");

/// How far a stream has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing was looked at yet.
    Start,
    /// Changes are waited for.
    Following,
    /// The last change was sent.
    Over,
    /// That it was the last one was said too.
    End,
}

/// A browser's stream.
struct Stream {
    watch: Watch,
    seen: Option<String>,
    place: Place,
}

impl Stream {
    /// The next bytes to send; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let rendered = match self.place {
                Place::Start => self.watch.newest().await?,
                Place::Following => match tokio::time::timeout(KEEP_ALIVE, self.watch.next()).await {
                    Ok(rendered) => rendered?,
                    Err(_) => return Some(Bytes::from_static(b": \n\n")),
                },
                Place::Over => {
                    self.place = Place::End;
                    return Some(OVER);
                }
                Place::End => return None,
            };
            self.place = if rendered.over { Place::Over } else { Place::Following };
            let message = rendered.message_since(self.seen.as_deref());
            self.seen = Some(rendered.id.clone());
            if let Some(message) = message {
                return Some(message);
            }
        }
    }
}

/// Streams a run's changes from the one that the browser saw last.
pub async fn live(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let watch = app.hub.watch(run, visitor.words.0).await?;
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let stream = Stream { watch, seen, place: Place::Start };
    let messages = futures::stream::unfold(stream, |mut stream| async move {
        stream.next().await.map(|bytes| (Ok::<_, Infallible>(bytes), stream))
    });
    let stopping = app.stopping.clone();
    let body = Body::from_stream(messages.take_until(async move { stopping.cancelled().await }).boxed());
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy that collects answers would hold every change back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
