//! Opens an S3-compatible object store from its settings. Reading and writing are in `remote`.

use std::sync::Arc;
use std::time::Duration;

use config::settings::FileSettings;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::{ClientOptions, RetryConfig};

use crate::remote::{Manner, Remote};
use crate::{BlobError, BlobStore};

/// S3 takes no smaller parts.
const SMALLEST_PART: usize = 5 << 20;
/// One part is held in memory for each upload on its way.
const LARGEST_PART: usize = 64 << 20;
const RETRIES: usize = 3;

impl BlobStore {
    /// The bucket of `FileSettings.AmazonS3*`. Nothing is asked of it yet.
    pub fn s3(settings: &FileSettings) -> Result<Self, BlobError> {
        // the library asks for the process's provider, which another part may have named already
        let _already = rustls::crypto::ring::default_provider().install_default();
        let milliseconds = u64::try_from(settings.amazon_s3_request_timeout_milliseconds);
        let patience = Duration::from_millis(milliseconds.unwrap_or(30_000));
        let client = ClientOptions::new()
            .with_allow_http(!settings.amazon_s3_ssl)
            // not for the whole answer: a large file takes its time
            .with_timeout_disabled()
            .with_read_timeout(patience)
            .with_connect_timeout(patience);
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: patience,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.amazon_s3_bucket)
            .with_region(region(settings))
            .with_endpoint(endpoint(settings))
            .with_virtual_hosted_style_request(false)
            .with_client_options(client)
            .with_retry(retry);
        if !settings.amazon_s3_access_key_id.is_empty() {
            builder = builder
                .with_access_key_id(&settings.amazon_s3_access_key_id)
                .with_secret_access_key(&settings.amazon_s3_secret_access_key);
        }
        if settings.amazon_s3_sse {
            let key: AmazonS3ConfigKey = "aws_server_side_encryption".parse()?;
            builder = builder.with_config(key, "AES256");
        }
        let part = usize::try_from(settings.amazon_s3_upload_part_size_bytes).unwrap_or_default();
        let manner = Manner {
            part: part.clamp(SMALLEST_PART, LARGEST_PART),
            storage_class: settings.amazon_s3_storage_class.clone(),
        };
        let objects = Arc::new(builder.build()?);
        let remote = Remote::new(objects, &settings.amazon_s3_path_prefix, manner);
        Ok(Self::of_remote(remote))
    }
}

fn region(settings: &FileSettings) -> &str {
    match settings.amazon_s3_region.as_str() {
        "" => "us-east-1",
        region => region,
    }
}

/// `host[:port]` with the scheme that the settings say. Amazon's own name stands for that of the region.
fn endpoint(settings: &FileSettings) -> String {
    let scheme = if settings.amazon_s3_ssl {
        "https"
    } else {
        "http"
    };
    let host = match settings.amazon_s3_endpoint.as_str() {
        "" | "s3.amazonaws.com" => format!("s3.{}.amazonaws.com", region(settings)),
        host => host.trim_end_matches('/').to_owned(),
    };
    format!("{scheme}://{host}")
}
