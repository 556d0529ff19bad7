//! Pictures: their sizes, and what is made of them. All heavy work runs on a small pool beside the runtime,
//! under limits on pixels, frames, memory and time. Nothing here stores anything.

mod attachment;
mod decode;
mod emoji;
mod letter;
mod probe;
mod qr;
mod square;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;

pub use attachment::{Attachment, Derived};
pub use probe::{Format, Probe, Remote, probe, remote, svg_size};

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Width times height of a picture, `FileSettings.MaxImageResolution`.
    pub max_pixels: u64,
    /// Frames of an animation.
    pub max_frames: u32,
    /// Pictures worked on at the same time, `FileSettings.MaxImageDecoderConcurrency`.
    pub concurrency: usize,
    /// How long a picture waits for its turn, and how long an animation may take.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 33_177_600,
            max_frames: 1_000,
            concurrency: 2,
            patience: Duration::from_secs(30),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Not a picture of a known format, or a broken one.
    #[error("not a readable picture")]
    Unreadable,
    /// More pixels, or a longer side, than allowed.
    #[error("the picture has {width} x {height} pixels, which is too many")]
    TooLarge { width: u32, height: u32 },
    #[error("the animation has too many frames")]
    TooManyFrames,
    #[error("too many pictures are being worked on")]
    Busy,
    #[error("the picture could not be encoded")]
    Encoding,
}

/// What the row of a file says of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub width: u32,
    pub height: u32,
    /// Animated GIFs have none, for clients show the file itself; nor have SVGs, which are not drawn here.
    pub has_preview_image: bool,
}

/// Works on pictures, a few at a time.
#[derive(Clone)]
pub struct Studio {
    limits: Limits,
    /// What is in force of `Limits::max_pixels`: an administrator changes it while the server runs.
    max_pixels: Arc<AtomicU64>,
    turns: Arc<Semaphore>,
}

impl Default for Studio {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Studio {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            max_pixels: Arc::new(AtomicU64::new(limits.max_pixels)),
            turns: Arc::new(Semaphore::new(limits.concurrency.max(1))),
        }
    }

    /// From now on pictures have at most this many pixels.
    pub fn set_max_pixels(&self, most: u64) {
        self.max_pixels.store(most, Ordering::Relaxed);
    }

    fn limits(&self) -> Limits {
        Limits {
            max_pixels: self.max_pixels.load(Ordering::Relaxed),
            ..self.limits
        }
    }

    /// The upright size and the format, from the head of the file. `TooLarge` beyond the limit on pixels.
    pub fn probe(&self, bytes: &[u8]) -> Result<Probe, PictureError> {
        let probe = probe(bytes).ok_or(PictureError::Unreadable)?;
        probe.within(self.limits().max_pixels)
    }

    /// What the row of a file says of a picture, from the media type of its name and the head of its bytes.
    /// None for what is stored as a plain file; `TooLarge` for what is not stored at all.
    pub fn facts(&self, media_type: &str, bytes: &[u8]) -> Result<Option<Facts>, PictureError> {
        if media_type == "image/svg+xml" {
            return Ok(svg_size(bytes).map(|(width, height)| Facts {
                width,
                height,
                has_preview_image: false,
            }));
        }
        if !media_type.starts_with("image/") {
            return Ok(None);
        }
        let found = match self.probe(bytes) {
            Err(PictureError::Unreadable) => return Ok(None),
            other => other?,
        };
        let has_preview_image = !(media_type == "image/gif" && found.animated);
        Ok(Some(Facts {
            width: found.width,
            height: found.height,
            has_preview_image,
        }))
    }

    /// Thumbnail, preview and tiny preview of an attached picture.
    pub async fn attachment(&self, bytes: Bytes) -> Result<Attachment, PictureError> {
        self.work(move |limits| attachment::derive(&bytes, limits))
            .await
    }

    /// A profile picture from what a person uploaded: a square of 128 pixels, PNG.
    pub async fn profile_picture(&self, bytes: Bytes) -> Result<Bytes, PictureError> {
        self.work(move |limits| square::crop(&bytes, limits)).await
    }

    /// A team icon from what was uploaded: a square of 128 pixels, PNG.
    pub async fn team_icon(&self, bytes: Bytes) -> Result<Bytes, PictureError> {
        self.profile_picture(bytes).await
    }

    /// The picture of somebody who has none: the first letter of the name on a colour chosen by the id. PNG, 128 pixels.
    pub async fn default_profile_picture(
        &self,
        user_id: &str,
        username: &str,
    ) -> Result<Bytes, PictureError> {
        let (user_id, initial) = (
            user_id.to_owned(),
            username.chars().next().unwrap_or_default(),
        );
        self.work(move |_limits| letter::draw(&user_id, initial))
            .await
    }

    /// A QR code of a text, PNG.
    pub async fn qr_code(&self, text: String) -> Result<Bytes, PictureError> {
        self.work(move |_limits| qr::draw(&text)).await
    }

    /// What is stored of an uploaded emoji: as it is up to 128 pixels, else made smaller. `is_gif` as its name says:
    /// only such a file stays an animation. Sides beyond `EMOJI_MAX_SIDE` are `TooLarge`.
    pub async fn emoji(&self, bytes: Bytes, is_gif: bool) -> Result<Bytes, PictureError> {
        self.work(move |limits| emoji::shrink(&bytes, is_gif, limits))
            .await
    }

    /// Runs work on the pool when its turn comes.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Limits) -> Result<T, PictureError> + Send + 'static,
    ) -> Result<T, PictureError> {
        let turn = tokio::time::timeout(self.limits.patience, self.turns.clone().acquire_owned());
        let turn = turn
            .await
            .map_err(|_elapsed| PictureError::Busy)?
            .map_err(|_closed| PictureError::Busy)?;
        let limits = self.limits();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn; // held until the work ends, even when nobody waits for it any more
            work(&limits)
        });
        done.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a picture could not be worked on");
            Err(PictureError::Unreadable)
        })
    }
}

/// The longest side an uploaded emoji may have.
pub const EMOJI_MAX_SIDE: u32 = emoji::MAX_SIDE;

#[cfg(test)]
mod tests;
