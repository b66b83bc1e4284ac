//! RoPE in Rust behind the pipe of ropespec: `rotate` is the RoPE, the rest carries arrays.
//!
//!     rustc --edition 2021 -O rope.rs
//!     ropespec check --exec ./rope --dtype float32 --dtype bfloat16 --head-dim 128
//!
//! Arrays come raw, after the line that describes them, so that no base64 is needed here. The
//! lines are searched for keys rather than parsed: they have no other content than the page on
//! the pipe protocol says. A program with a JSON crate should use it.

use std::io::{self, BufRead, Read, Write};

/// What the hello says should be computed.
#[derive(Default)]
struct Config {
    head_dim: usize,
    rotary_dim: usize,
    base: f64,
    sign: f64,
    half: bool,
    last: bool,
}

/// An array as it comes: its description and its bytes, little-endian.
struct Array {
    dtype: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// Rotates every pair of one head by position * base^(-2i / rotary_dim).
fn rotate(x: &mut [f64], position: f64, config: &Config) {
    let pairs = config.rotary_dim / 2;
    let start = if config.last { config.head_dim - config.rotary_dim } else { 0 };
    for i in 0..pairs {
        let exponent = -2.0 * i as f64 / config.rotary_dim as f64;
        let (sin, cos) = (config.sign * position * config.base.powf(exponent)).sin_cos();
        let (a, b) = if config.half {
            (start + i, start + i + pairs)
        } else {
            (start + 2 * i, start + 2 * i + 1)
        };
        (x[a], x[b]) = (x[a] * cos - x[b] * sin, x[a] * sin + x[b] * cos);
    }
}

/// Rotates values (batch, heads, seq, head_dim) by positions (batch, seq).
fn apply(x: &mut Array, positions: &Array, config: &Config) {
    let (heads, seq, width) = (x.shape[1], x.shape[2], x.shape[3]);
    let size = match x.dtype.as_str() {
        "float64" => 8,
        "float32" => 4,
        _ => 2,
    };
    let positions: Vec<i64> = positions.bytes.chunks(8).map(whole).collect();
    for (token, head) in x.bytes.chunks_mut(size * width).enumerate() {
        let position = positions[token / (heads * seq) * seq + token % seq];
        let mut values: Vec<f64> = head.chunks(size).map(widen).collect();
        rotate(&mut values, position as f64, config);
        for (bytes, value) in head.chunks_mut(size).zip(values) {
            narrow(value, bytes);
        }
    }
}

fn whole(bytes: &[u8]) -> i64 {
    i64::from_le_bytes(bytes.try_into().unwrap())
}

/// Reads a float64, a float32 or a bfloat16, which is the upper half of a float32.
fn widen(bytes: &[u8]) -> f64 {
    match bytes.len() {
        8 => f64::from_le_bytes(bytes.try_into().unwrap()),
        4 => f32::from_le_bytes(bytes.try_into().unwrap()) as f64,
        _ => f32::from_le_bytes([0, 0, bytes[0], bytes[1]]) as f64,
    }
}

/// Writes a value in as many bytes as there are, rounded to nearest, ties to even.
fn narrow(value: f64, bytes: &mut [u8]) {
    match bytes.len() {
        8 => bytes.copy_from_slice(&value.to_le_bytes()),
        4 => bytes.copy_from_slice(&(value as f32).to_le_bytes()),
        _ => {
            let bits = (value as f32).to_bits();
            let rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
            bytes.copy_from_slice(&(rounded as u16).to_le_bytes());
        }
    }
}

/// Returns what stands after "key": in a line, from a place on.
fn after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let quoted = format!("\"{key}\":");
    line.find(&quoted).map(|place| &line[place + quoted.len()..])
}

fn says(line: &str, key: &str, value: &str) -> bool {
    after(line, key).is_some_and(|text| text.starts_with(value))
}

fn number(line: &str, key: &str) -> f64 {
    let text = after(line, key).unwrap_or("0");
    let end = text.find([',', '}']).unwrap_or(text.len());
    text[..end].parse().unwrap_or(0.0)
}

/// Takes the hello; fails with what is not supported of its configuration.
fn configure(line: &str) -> Result<Config, &'static str> {
    let half = says(line, "layout", "\"half\"");
    if !half && !says(line, "layout", "\"interleaved\"") {
        return Err("layout");
    }
    for (key, plain) in [("scaling", "null"), ("attention_factor", "null"), ("axes", "[]")] {
        if !says(line, key, plain) {
            return Err(key);
        }
    }
    Ok(Config {
        head_dim: number(line, "head_dim") as usize,
        rotary_dim: number(line, "rotary_dim") as usize,
        base: number(line, "base"),
        sign: number(line, "sign"),
        half,
        last: says(line, "rotary_end", "\"last\""),
    })
}

/// Reads the array described next in a line, and its bytes; returns the rest of the line too.
fn receive<'a>(line: &'a str, input: &mut impl Read) -> io::Result<(Array, &'a str)> {
    let dtype = after(line, "dtype").unwrap_or("\"\"").split('"').nth(1).unwrap_or("");
    let shape = after(line, "shape").unwrap_or("[]");
    let sizes = shape[1..shape.find(']').unwrap_or(1)].split(',');
    let mut bytes = vec![0; number(line, "bytes") as usize];
    input.read_exact(&mut bytes)?;
    let shape = sizes.filter_map(|size| size.parse().ok()).collect();
    let array = Array { dtype: dtype.to_string(), shape, bytes };
    Ok((array, after(line, "bytes").unwrap_or("")))
}

/// Writes the answer with one array.
fn answer(id: f64, x: &Array, output: &mut impl Write) -> io::Result<()> {
    let (dtype, shape, size) = (&x.dtype, &x.shape, x.bytes.len());
    writeln!(
        output,
        "{{\"id\":{id},\"arrays\":[{{\"name\":\"x\",\"dtype\":\"{dtype}\",\"shape\":{shape:?},\"bytes\":{size}}}]}}"
    )?;
    output.write_all(&x.bytes)
}

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut config = Config::default();
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let id = number(&line, "id");
        if says(&line, "op", "\"hello\"") {
            match configure(&line) {
                Ok(asked) => {
                    config = asked;
                    writeln!(
                        output,
                        "{{\"ropespec\":1,\"id\":{id},\"name\":\"rope.rs\",\"signature\":\"x\",\
                         \"dtypes\":[\"float64\",\"float32\",\"bfloat16\"],\"encoding\":\"raw\"}}"
                    )?;
                }
                Err(what) => {
                    writeln!(output, "{{\"id\":{id},\"error\":\"this {what} is not supported\"}}")?
                }
            }
        } else if says(&line, "op", "\"echo\"") {
            let (x, _) = receive(&line, &mut input)?;
            answer(id, &x, &mut output)?;
        } else if says(&line, "op", "\"rotate\"") {
            let (mut x, rest) = receive(&line, &mut input)?;
            let (positions, _) = receive(rest, &mut input)?;
            apply(&mut x, &positions, &config);
            answer(id, &x, &mut output)?;
        } else {
            writeln!(output, "{{\"id\":{id},\"error\":\"there is no such operation\"}}")?;
        }
        output.flush()?;
        line.clear();
    }
    Ok(())
}
