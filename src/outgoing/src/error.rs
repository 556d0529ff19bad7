//! Why a request came to nothing.

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("only http and https addresses are asked")]
    Scheme,
    #[error(
        "the address is inside this network, and AllowedUntrustedInternalConnections does not name it"
    )]
    Refused,
    #[error("more redirects than allowed")]
    TooManyRedirects,
    #[error("the time is over")]
    TimedOut,
    #[error("the answer has more bytes than allowed")]
    TooLarge,
    /// Not resolved, not connected, cut off.
    #[error("the request failed: {0}")]
    Failed(String),
}

/// Somewhere in the causes of a failed request: the name leads inside.
#[derive(Debug, thiserror::Error)]
#[error("every address of the name is refused")]
pub(crate) struct NothingAllowed;

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        // the address may hold secrets
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause: Option<&(dyn std::error::Error + 'static)> =
            std::error::Error::source(&error);
        while let Some(inner) = cause {
            if inner.is::<NothingAllowed>() {
                return Self::Refused;
            }
            text = inner.to_string();
            cause = inner.source();
        }
        Self::Failed(text)
    }
}
