//! A picture from outside, looked at by its content, read within limits and written anew: what it hid is gone.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::app::AppError;
use crate::domain::help::{PICTURE_BYTES, PICTURE_PIXELS, PICTURE_SIDE, PictureFault};

/// Memory that reading one picture may take: four times eight bits for each pixel, and room to work in.
const MEMORY: u64 = PICTURE_PIXELS * 4 + 32 * 1024 * 1024;
/// The quality of a JPEG that is written anew.
const QUALITY: u8 = 85;
/// One picture at a time, so that many at once do not fill the memory.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// A picture as the portal wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `png` or `jpeg`.
    pub kind: &'static str,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.kind, self.bytes.len())
    }
}

/// [`rewrite`] away from the threads that serve requests, one at a time.
pub(in crate::app) async fn rewritten(bytes: Vec<u8>) -> Result<Result<Picture, PictureFault>, AppError> {
    let turn = ONE_AT_A_TIME.acquire().await;
    let _turn = turn.map_err(|e| AppError::Fault(format!("no picture can be read: {e}")))?;
    let done = tokio::task::spawn_blocking(move || rewrite(&bytes)).await;
    done.map_err(|e| AppError::Fault(format!("a picture was given up: {e}")))
}

/// The same picture, read within limits and written anew without anything but its pixels.
///
/// # Errors
/// [`PictureFault`].
pub fn rewrite(bytes: &[u8]) -> Result<Picture, PictureFault> {
    if bytes.len() > PICTURE_BYTES {
        return Err(PictureFault::Bytes);
    }
    let (format, end) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (ImageFormat::Png, end_of_png(bytes))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        (ImageFormat::Jpeg, end_of_jpeg(bytes))
    } else {
        return Err(PictureFault::Kind);
    };
    match end {
        None => return Err(PictureFault::Broken),
        Some(end) if end < bytes.len() => return Err(PictureFault::More),
        Some(_) => {}
    }
    let image = read(bytes, format)?;
    let mut written = Cursor::new(Vec::new());
    let (done, kind) = match format {
        ImageFormat::Jpeg => {
            let plain = DynamicImage::ImageRgb8(image.into_rgb8());
            (plain.write_with_encoder(JpegEncoder::new_with_quality(&mut written, QUALITY)), "jpeg")
        }
        _ => (DynamicImage::ImageRgba8(image.into_rgba8()).write_to(&mut written, ImageFormat::Png), "png"),
    };
    done.map_err(|_| PictureFault::Broken)?;
    Ok(Picture { bytes: written.into_inner(), kind })
}

/// The pixels, turned the way the picture says it is to be seen.
fn read(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, PictureFault> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE);
    limits.max_image_height = Some(PICTURE_SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let fault = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => PictureFault::Pixels,
        _ => PictureFault::Broken,
    };
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PICTURE_PIXELS || decoder.total_bytes() > MEMORY {
        return Err(PictureFault::Pixels);
    }
    let turned = decoder.orientation().map_err(fault)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    image.apply_orientation(turned);
    Ok(image)
}

/// Where a PNG ends: after its chunk IEND. `None` when it has none.
fn end_of_png(bytes: &[u8]) -> Option<usize> {
    let mut at = 8;
    loop {
        let length = bytes.get(at..at + 4)?;
        let length = usize::try_from(u32::from_be_bytes(length.try_into().ok()?)).ok()?;
        let kind = bytes.get(at + 4..at + 8)?;
        let next = at.checked_add(12)?.checked_add(length)?;
        if kind == b"IEND" {
            return (next <= bytes.len()).then_some(next);
        }
        at = next;
    }
}

/// Where a JPEG ends: after its marker EOI. `None` when it has none.
fn end_of_jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        // Between segments: a marker, perhaps after fill bytes. In scan data: whatever is no marker is passed over.
        while *bytes.get(at)? != 0xff || matches!(*bytes.get(at + 1)?, 0x00 | 0xff | 0xd0..=0xd7 | 0x01) {
            at += 1;
        }
        if *bytes.get(at + 1)? == 0xd9 {
            return Some(at + 2);
        }
        let length = bytes.get(at + 2..at + 4)?;
        at += 2 + usize::from(u16::from_be_bytes(length.try_into().ok()?));
    }
}
