//! Pictures as the recordings have them, with the recordings' own uploads.

use image::GenericImageView;

use super::*;

/// One of the files the recordings upload; None where they are not at hand.
fn asset(name: &str) -> Option<Bytes> {
    let near = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../compat-tests/recordings/assets"
    );
    let folder = std::env::var("RUSTCHAT_ASSETS").unwrap_or_else(|_unset| near.to_owned());
    std::fs::read(format!("{folder}/{name}"))
        .ok()
        .map(Bytes::from)
}

macro_rules! asset {
    ($name:expr) => {
        match asset($name) {
            Some(bytes) => bytes,
            None => return eprintln!("skipped: no recordings' assets"),
        }
    };
}

fn shape(bytes: &[u8]) -> String {
    let format = image::guess_format(bytes).unwrap();
    let (width, height) = image::load_from_memory(bytes).unwrap().dimensions();
    format!("{format:?} {width}x{height}")
}

#[test]
fn sizes_come_from_the_head_of_the_file() {
    let cases = [
        ("files_small.png", Some((64, 48, false))),
        ("files_truncated.png", Some((64, 48, false))),
        ("files_exif6.jpg", Some((30, 60, false))),
        ("files_exif3.jpg", Some((60, 30, false))),
        ("files_animated.gif", Some((32, 24, true))),
        ("users_square.gif", Some((64, 64, false))),
        ("files_picture.bmp", Some((30, 20, false))),
        ("files_picture.webp", Some((30, 20, false))),
        ("files_picture.tiff", Some((30, 20, false))),
        ("files_not_an_image.png", None),
        ("files_huge_claim.png", Some((9000, 9000, false))),
    ];
    for (name, expected) in cases {
        let bytes = asset!(name);
        assert_eq!(
            probe(&bytes).map(|probe| (probe.width, probe.height, probe.animated)),
            expected,
            "{name}"
        );
    }
    let claim = Studio::default().probe(&asset!("files_huge_claim.png"));
    assert!(matches!(
        claim,
        Err(PictureError::TooLarge {
            width: 9000,
            height: 9000
        })
    ));
}

#[test]
fn the_name_decides_what_is_taken_for_a_picture() {
    let facts = |width, height, has_preview_image| {
        Some(Facts {
            width,
            height,
            has_preview_image,
        })
    };
    let cases = [
        ("files_small.png", "image/png", facts(64, 48, true)),
        ("files_small.png", "image/jpeg", facts(64, 48, true)),
        ("files_small.png", "text/plain; charset=utf-8", None),
        ("files_truncated.png", "image/png", facts(64, 48, true)),
        ("files_not_an_image.png", "image/png", None),
        ("files_animated.gif", "image/gif", facts(32, 24, false)),
        ("users_square.gif", "image/gif", facts(64, 64, true)),
        ("files_drawing.svg", "image/svg+xml", facts(120, 80, false)),
        ("files_viewbox.svg", "image/svg+xml", facts(300, 150, false)),
        ("files_broken.svg", "image/svg+xml", None),
    ];
    for (name, media_type, expected) in cases {
        assert_eq!(
            Studio::default().facts(media_type, &asset!(name)).unwrap(),
            expected,
            "{name} as {media_type}"
        );
    }
}

#[test]
fn an_svg_says_its_size_in_one_of_two_ways() {
    assert_eq!(
        svg_size(br#"<?xml?><svg stroke-width="3" width="120" height='80px' viewBox="0 0 1 1">"#),
        Some((120, 80))
    );
    assert_eq!(
        svg_size(br#"<svg viewBox="0 0 300,150"><circle/></svg>"#),
        Some((300, 150))
    );
    assert_eq!(svg_size(br#"<svg width="10" height="#), None);
    assert_eq!(svg_size(b"<svg width=>"), None);
}

#[tokio::test]
async fn attachments_get_their_recorded_shapes() {
    let cases = [
        ("files_small.png", "Png 120x90", "Png 64x48"),
        ("files_exif6.jpg", "Jpeg 50x100", "Jpeg 30x60"),
        ("files_exif3.jpg", "Jpeg 120x60", "Jpeg 60x30"),
        ("files_wide.png", "Png 120x30", "Png 1920x480"),
        ("files_animated.gif", "Jpeg 120x90", "Jpeg 32x24"),
        ("files_transparent.png", "Png 100x100", "Png 50x50"),
        ("files_picture.bmp", "Jpeg 120x80", "Jpeg 30x20"),
        ("files_picture.webp", "Jpeg 120x80", "Jpeg 30x20"),
        ("files_picture.tiff", "Jpeg 120x80", "Jpeg 30x20"),
    ];
    let studio = Studio::default();
    for (name, thumbnail, preview) in cases {
        let made = studio.attachment(asset!(name)).await.unwrap();
        assert_eq!(shape(&made.thumbnail.bytes), thumbnail, "{name}");
        assert_eq!(shape(&made.preview.bytes), preview, "{name}");
        assert_eq!(shape(&made.mini_preview), "Jpeg 16x16", "{name}");
        assert_eq!(made.is_png, thumbnail.starts_with("Png"), "{name}");
    }
    for broken in [
        "files_truncated.png",
        "files_not_an_image.png",
        "files_drawing.svg",
    ] {
        assert!(
            matches!(
                studio.attachment(asset!(broken)).await,
                Err(PictureError::Unreadable)
            ),
            "{broken}"
        );
    }
    assert!(matches!(
        studio.attachment(asset!("files_huge_claim.png")).await,
        Err(PictureError::TooLarge { .. })
    ));
}

#[tokio::test]
async fn profile_pictures_and_icons_are_squares() {
    let studio = Studio::default();
    for name in [
        "users_wide.png",
        "users_square.gif",
        "users_tall.jpg",
        "teams_small.png",
        "teams_wide.png",
    ] {
        assert_eq!(
            shape(&studio.profile_picture(asset!(name)).await.unwrap()),
            "Png 128x128",
            "{name}"
        );
    }
    assert!(
        studio
            .team_icon(asset!("teams_not_an_image.txt"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn emoji_are_128_pixels_at_most() {
    let cases = [
        ("emoji_32.gif", true, "Gif 32x32"),
        ("emoji_64.jpg", false, "Jpeg 64x64"),
        ("emoji_100.png", false, "Png 100x100"),
        ("emoji_256x128.png", false, "Png 128x64"),
        ("emoji_150_anim.gif", true, "Gif 128x128"),
        ("emoji_150_anim.gif", false, "Png 128x128"),
    ];
    let studio = Studio::default();
    for (name, is_gif, expected) in cases {
        let made = studio.emoji(asset!(name), is_gif).await.unwrap();
        assert_eq!(shape(&made), expected, "{name}");
    }
    assert!(matches!(
        studio.emoji(asset!("emoji_1100x20.png"), false).await,
        Err(PictureError::TooLarge { .. })
    ));
    assert!(matches!(
        studio.emoji(asset!("emoji_not_an_image.png"), false).await,
        Err(PictureError::Unreadable)
    ));
}

/// Two frames of 150 x 100 pixels.
fn animation() -> Bytes {
    let mut out = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut out);
    for shade in [0, 200] {
        let frame = image::RgbaImage::from_pixel(150, 100, image::Rgba([shade, 40, 90, 255]));
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    out.into()
}

#[tokio::test]
async fn an_animation_stays_one_but_has_only_so_many_frames() {
    let made = Studio::default().emoji(animation(), true).await.unwrap();
    let found = probe(&made).unwrap();
    assert_eq!((found.width, found.height, found.animated), (128, 85, true));
    let strict = Studio::new(Limits {
        max_frames: 1,
        ..Limits::default()
    });
    assert!(matches!(
        strict.emoji(animation(), true).await,
        Err(PictureError::TooManyFrames)
    ));
}

#[tokio::test]
async fn everybody_has_a_picture() {
    let studio = Studio::default();
    let alice = studio.default_profile_picture("u1", "alice").await.unwrap();
    assert_eq!(shape(&alice), "Png 128x128");
    assert_eq!(
        alice,
        studio.default_profile_picture("u1", "Alice").await.unwrap()
    );
    assert_ne!(
        alice,
        studio.default_profile_picture("u1", "bob").await.unwrap()
    );
    for name in ["", "日本", "_", "0"] {
        assert_eq!(
            shape(&studio.default_profile_picture("u2", name).await.unwrap()),
            "Png 128x128"
        );
    }
}
