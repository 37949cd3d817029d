//! Black over rectangles of a picture.

use std::io::{BufReader, Cursor, Read, Write};
use std::str::FromStr;

use png::{BitDepth, ColorType, Decoder, DecodingError, EncodingError, Limits, Transformations};

/// Most bytes of a packed picture, and most of an unpacked one.
const MAX_BYTES: usize = 512 * 1024 * 1024;

/// A rectangle in pixels, from the left and upper edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Pixels left of it.
    pub left: u32,
    /// Pixels above it.
    pub top: u32,
    /// Its width; not zero.
    pub width: u32,
    /// Its height; not zero.
    pub height: u32,
}

/// A text that is no rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a region: four numbers `X,Y,WIDTH,HEIGHT` in pixels are expected, none of the last two zero")]
pub struct RegionError;

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, RegionError> {
        let numbers = text.split(',').map(|number| number.trim().parse::<u32>().ok());
        let numbers = numbers.collect::<Option<Vec<u32>>>().ok_or(RegionError)?;
        let [left, top, width, height] = numbers[..] else { return Err(RegionError) };
        if width == 0 || height == 0 {
            return Err(RegionError);
        }
        Ok(Self { left, top, width, height })
    }
}

/// A picture that cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It could not be read.
    #[error("cannot read the picture")]
    Read(#[source] std::io::Error),
    /// It is packed or unpacked larger than what is held in memory.
    #[error("the picture is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// It is damaged or no PNG.
    #[error("cannot unpack the picture")]
    Decode(#[source] DecodingError),
    /// It has more than one frame, and what the others show would not be blacked out.
    #[error("the picture is animated, and only single pictures can be blacked out")]
    Animated,
    /// A region lies outside of it.
    #[error("the picture has {width} × {height} pixels, and a region lies outside of it")]
    Outside {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// It could not be packed again.
    #[error("cannot pack the picture")]
    Encode(#[source] EncodingError),
}

/// True for the types that can be changed.
pub(super) fn is_known(media_type: &str) -> bool {
    media_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("image/png"))
}

/// A picture in memory: rows of pixels of whole bytes.
struct Picture {
    width: u32,
    height: u32,
    colour: ColorType,
    depth: BitDepth,
    pixels: Vec<u8>,
}

/// Copies a picture with the regions blackened; gives the number of pixels in them. Texts and other chunks beside the pixels are left out:
/// nobody has looked at what they tell.
pub(super) fn mask(regions: &[Region], source: impl Read, out: impl Write) -> Result<u64, PictureError> {
    let mut picture = decode(source)?;
    let mut blackened = 0;
    for region in regions {
        blackened += picture.blacken(*region)?;
    }
    picture.encode(out).map_err(PictureError::Encode)?;
    Ok(blackened)
}

fn decode(source: impl Read) -> Result<Picture, PictureError> {
    let mut packed = Vec::new();
    source.take(MAX_BYTES as u64 + 1).read_to_end(&mut packed).map_err(PictureError::Read)?;
    if packed.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let mut decoder =
        Decoder::new_with_limits(BufReader::new(Cursor::new(packed)), Limits { bytes: MAX_BYTES });
    // Palettes, and depths below a byte, become whole bytes.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(PictureError::Decode)?;
    if reader.info().animation_control().is_some() {
        return Err(PictureError::Animated);
    }
    let bytes = reader.output_buffer_size().filter(|bytes| *bytes <= MAX_BYTES);
    let mut pixels = vec![0; bytes.ok_or(PictureError::TooLarge)?];
    let frame = reader.next_frame(&mut pixels).map_err(PictureError::Decode)?;
    pixels.truncate(frame.buffer_size());
    let (width, height) = (frame.width, frame.height);
    Ok(Picture { width, height, colour: frame.color_type, depth: frame.bit_depth, pixels })
}

impl Picture {
    fn blacken(&mut self, region: Region) -> Result<u64, PictureError> {
        let (width, height) = (self.width, self.height);
        if region.left >= width || region.top >= height {
            return Err(PictureError::Outside { width, height });
        }
        let columns = region.left..region.left.saturating_add(region.width).min(width);
        let rows = region.top..region.top.saturating_add(region.height).min(height);
        for row in rows.clone() {
            for column in columns.clone() {
                self.blacken_pixel(row, column);
            }
        }
        Ok(u64::from(columns.end - columns.start) * u64::from(rows.end - rows.start))
    }

    /// Colours go to zero; where there is transparency the pixel becomes opaque.
    fn blacken_pixel(&mut self, row: u32, column: u32) {
        let bytes = self.pixel_bytes();
        let alpha = match self.colour {
            ColorType::GrayscaleAlpha | ColorType::Rgba => bytes / self.colour.samples(),
            _ => 0,
        };
        let at = (row as usize * self.width as usize + column as usize) * bytes;
        if let Some(pixel) = self.pixels.get_mut(at..at + bytes) {
            pixel.fill(0);
            pixel[bytes - alpha..].fill(0xff);
        }
    }

    fn pixel_bytes(&self) -> usize {
        self.colour.samples() * if self.depth == BitDepth::Sixteen { 2 } else { 1 }
    }

    fn encode(&self, out: impl Write) -> Result<(), EncodingError> {
        let mut encoder = png::Encoder::new(out, self.width, self.height);
        encoder.set_color(self.colour);
        encoder.set_depth(self.depth);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(colour: ColorType, depth: BitDepth, palette: Option<Vec<u8>>, pixels: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut encoder = png::Encoder::new(&mut packed, 4, 2);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        encoder.add_text_chunk("Comment".to_owned(), "private".to_owned()).unwrap();
        if let Some(palette) = palette {
            encoder.set_palette(palette);
        }
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        packed
    }

    fn masked(region: &str, packed: &[u8]) -> Result<Picture, PictureError> {
        let mut out = Vec::new();
        mask(&[region.parse().unwrap()], packed, &mut out)?;
        assert!(!out.windows(7).any(|window| window == b"private"));
        decode(&out[..])
    }

    #[test]
    fn a_region_becomes_black_and_nothing_else() {
        let packed = made(ColorType::Rgb, BitDepth::Eight, None, &[9; 24]);
        let pixels = masked("1,0,2,1", &packed).unwrap().pixels;
        assert_eq!(pixels, [&[9; 3][..], &[0; 6], &[9; 15]].concat());
        let packed = made(ColorType::Rgba, BitDepth::Sixteen, None, &[9; 64]);
        let pixels = masked("3,1,100,100", &packed).unwrap().pixels;
        assert_eq!(pixels, [&[9; 56][..], &[0; 6], &[255; 2]].concat());
    }

    #[test]
    fn palettes_and_small_depths_are_blackened_too() {
        let packed = made(ColorType::Indexed, BitDepth::One, Some(vec![7, 7, 7, 8, 8, 8]), &[0xf0, 0x00]);
        let pixels = masked("0,0,4,1", &packed).unwrap().pixels;
        assert_eq!(pixels, [&[0; 12][..], &[7; 12]].concat());
        let packed = made(ColorType::Grayscale, BitDepth::Two, None, &[0xff, 0xff]);
        assert_eq!(masked("0,1,1,1", &packed).unwrap().pixels, [255, 255, 255, 255, 0, 255, 255, 255]);
    }

    #[test]
    fn what_cannot_be_blackened_is_told() {
        let packed = made(ColorType::Grayscale, BitDepth::Eight, None, &[1; 8]);
        assert!(matches!(masked("4,0,1,1", &packed), Err(PictureError::Outside { width: 4, height: 2 })));
        assert!(matches!(masked("0,0,1,1", &packed[..60]), Err(PictureError::Decode(_))));
        assert!(matches!(masked("0,0,1,1", b"GIF89a"), Err(PictureError::Decode(_))));
        for wrong in ["", "1,2,3", "1,2,3,0", "1,2,0,3", "-1,2,3,4", "1,2,3,4,5"] {
            assert_eq!(wrong.parse::<Region>(), Err(RegionError), "{wrong}");
        }
    }
}
