//! The picture of somebody who has none: a letter in strokes on a coloured ground.
//!
//! Letters are paths on a grid of 14 by 20, drawn as round strokes; no font is needed.

use bytes::Bytes;
use image::{DynamicImage, Rgb, RgbImage};

use super::PictureError;
use super::decode::png;
use super::square::SIDE;

/// Height of a letter in pixels, and half the width of its strokes.
const HEIGHT: f32 = 44.0;
const HALF_STROKE: f32 = 4.2;
const GRID_HEIGHT: f32 = 20.0;
/// Into how many straight pieces a curve is cut.
const PIECES: u8 = 8;

/// Grounds on which white is easy to read.
const COLOURS: [[u8; 3]; 16] = [
    [0xb5, 0x33, 0x3f],
    [0xa8, 0x44, 0x1f],
    [0x8a, 0x5a, 0x0b],
    [0x5f, 0x6b, 0x12],
    [0x3b, 0x76, 0x2a],
    [0x1f, 0x7a, 0x4d],
    [0x14, 0x78, 0x6e],
    [0x18, 0x70, 0x8f],
    [0x24, 0x66, 0xa8],
    [0x3a, 0x57, 0xb8],
    [0x57, 0x4b, 0xb5],
    [0x74, 0x40, 0xa6],
    [0x8f, 0x38, 0x8f],
    [0xa3, 0x34, 0x72],
    [0x5a, 0x62, 0x70],
    [0x75, 0x56, 0x4a],
];

/// M moves, L draws a line, Q a curve with one control point.
const LETTERS: [(char, &str); 36] = [
    ('A', "M0 20 L7 0 L14 20 M3 13 L11 13"),
    (
        'B',
        "M0 0 L0 20 L8 20 Q14 20 14 15 Q14 10 8 10 L0 10 M0 0 L7 0 Q12 0 12 5 Q12 10 7 10",
    ),
    ('C', "M14 4 Q12 0 7 0 Q0 0 0 10 Q0 20 7 20 Q12 20 14 16"),
    ('D', "M0 0 L0 20 L6 20 Q14 20 14 10 Q14 0 6 0 L0 0"),
    ('E', "M12 0 L0 0 L0 20 L12 20 M0 10 L11 10"),
    ('F', "M12 0 L0 0 L0 20 M0 10 L11 10"),
    (
        'G',
        "M14 4 Q12 0 7 0 Q0 0 0 10 Q0 20 7 20 Q14 20 14 14 L14 11 L8 11",
    ),
    ('H', "M0 0 L0 20 M14 0 L14 20 M0 10 L14 10"),
    ('I', "M7 0 L7 20"),
    ('J', "M11 0 L11 14 Q11 20 6 20 Q2 20 1 16"),
    ('K', "M0 0 L0 20 M13 0 L0 12 M5 8 L14 20"),
    ('L', "M0 0 L0 20 L12 20"),
    ('M', "M0 20 L0 0 L8 12 L16 0 L16 20"),
    ('N', "M0 20 L0 0 L14 20 L14 0"),
    ('O', "M7 0 Q0 0 0 10 Q0 20 7 20 Q14 20 14 10 Q14 0 7 0"),
    ('P', "M0 20 L0 0 L8 0 Q14 0 14 6 Q14 12 8 12 L0 12"),
    (
        'Q',
        "M7 0 Q0 0 0 10 Q0 20 7 20 Q14 20 14 10 Q14 0 7 0 M9 14 L14 21",
    ),
    (
        'R',
        "M0 20 L0 0 L8 0 Q14 0 14 6 Q14 11 8 11 L0 11 M8 11 L14 20",
    ),
    (
        'S',
        "M13 3 Q11 0 7 0 Q1 0 1 5 Q1 9 7 10 Q14 11 14 15 Q14 20 7 20 Q2 20 0 16",
    ),
    ('T', "M0 0 L14 0 M7 0 L7 20"),
    ('U', "M0 0 L0 13 Q0 20 7 20 Q14 20 14 13 L14 0"),
    ('V', "M0 0 L7 20 L14 0"),
    ('W', "M0 0 L4 20 L9 5 L14 20 L18 0"),
    ('X', "M0 0 L14 20 M14 0 L0 20"),
    ('Y', "M0 0 L7 10 L14 0 M7 10 L7 20"),
    ('Z', "M0 0 L14 0 L0 20 L14 20"),
    ('0', "M7 0 Q1 0 1 10 Q1 20 7 20 Q13 20 13 10 Q13 0 7 0"),
    ('1', "M2 4 L7 0 L7 20"),
    ('2', "M1 5 Q1 0 7 0 Q13 0 13 5 Q13 9 8 13 L1 20 L13 20"),
    (
        '3',
        "M1 3 Q3 0 7 0 Q12 0 12 5 Q12 9 6 9 Q13 9 13 15 Q13 20 7 20 Q2 20 0 16",
    ),
    ('4', "M10 20 L10 0 L0 14 L14 14"),
    (
        '5',
        "M12 0 L2 0 L1 9 Q4 7 7 7 Q13 7 13 13 Q13 20 6 20 Q2 20 0 17",
    ),
    (
        '6',
        "M11 0 Q1 6 1 14 Q1 20 7 20 Q13 20 13 14 Q13 8 7 8 Q1 8 1 14",
    ),
    ('7', "M0 0 L14 0 L5 20"),
    (
        '8',
        "M7 9 Q1 9 1 5 Q1 0 7 0 Q13 0 13 5 Q13 9 7 9 Q0 9 0 15 Q0 20 7 20 Q14 20 14 15 Q14 9 7 9",
    ),
    (
        '9',
        "M13 6 Q13 12 7 12 Q1 12 1 6 Q1 0 7 0 Q13 0 13 6 Q13 14 3 20",
    ),
];

/// Head and shoulders, for names that begin with something else.
const SOMEBODY: &str = "M7 0 Q3 0 3 4 Q3 8 7 8 Q11 8 11 4 Q11 0 7 0 M0 20 Q0 12 7 12 Q14 12 14 20";

type Point = (f32, f32);

pub(super) fn draw(user_id: &str, initial: char) -> Result<Bytes, PictureError> {
    let initial = initial.to_ascii_uppercase();
    let path = LETTERS
        .iter()
        .find(|(letter, _)| *letter == initial)
        .map_or(SOMEBODY, |(_, path)| path);
    let strokes = placed(strokes(path));
    let ground = colour(user_id);
    let image = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let centre = (x as f32 + 0.5, y as f32 + 0.5);
        let distance = strokes
            .iter()
            .map(|stroke| distance(centre, *stroke))
            .fold(f32::MAX, f32::min);
        let cover = (HALF_STROKE - distance + 0.5).clamp(0.0, 1.0);
        Rgb(ground.map(|sample| (f32::from(sample) * (1.0 - cover) + 255.0 * cover).round() as u8))
    });
    png(&DynamicImage::from(image))
}

/// Always the same for one person (FNV-1a).
fn colour(user_id: &str) -> [u8; 3] {
    let hash = user_id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    COLOURS[((mixed >> 32) % COLOURS.len() as u64) as usize]
}

/// Straight pieces of a path, in grid units.
fn strokes(path: &str) -> Vec<(Point, Point)> {
    let mut pieces = Vec::new();
    let mut at = (0.0, 0.0);
    let mut words = path.split(' ');
    let number = |word: Option<&str>| {
        word.and_then(|word| word.parse::<f32>().ok())
            .unwrap_or_default()
    };
    while let Some(word) = words.next() {
        let (command, x) = word.split_at(1);
        let point = (number(Some(x)), number(words.next()));
        match command {
            "L" => pieces.push((std::mem::replace(&mut at, point), point)),
            "Q" => {
                let (start, end) = (at, (number(words.next()), number(words.next())));
                for piece in 1..=PIECES {
                    let next = curve(start, point, end, f32::from(piece) / f32::from(PIECES));
                    pieces.push((std::mem::replace(&mut at, next), next));
                }
            }
            _ => at = point,
        }
    }
    pieces
}

fn curve(start: Point, control: Point, end: Point, t: f32) -> Point {
    let blend =
        |a: f32, b: f32, c: f32| (1.0 - t) * (1.0 - t) * a + 2.0 * (1.0 - t) * t * b + t * t * c;
    (
        blend(start.0, control.0, end.0),
        blend(start.1, control.1, end.1),
    )
}

/// Scales to pixels and centres.
fn placed(strokes: Vec<(Point, Point)>) -> Vec<(Point, Point)> {
    let points = || strokes.iter().flat_map(|(a, b)| [a, b]);
    let left = points().map(|point| point.0).fold(f32::MAX, f32::min);
    let right = points().map(|point| point.0).fold(f32::MIN, f32::max);
    let unit = HEIGHT / GRID_HEIGHT;
    let middle = SIDE as f32 / 2.0;
    let place = |(x, y): Point| {
        (
            middle + (x - (left + right) / 2.0) * unit,
            middle + (y - GRID_HEIGHT / 2.0) * unit,
        )
    };
    strokes
        .iter()
        .map(|(a, b)| (place(*a), place(*b)))
        .collect()
}

fn distance((x, y): Point, ((ax, ay), (bx, by)): (Point, Point)) -> f32 {
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((x - ax) * dx + (y - ay) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (x - ax - along * dx).hypot(y - ay - along * dy)
}
