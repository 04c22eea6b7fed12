/// Changes bytes the way damage, attackers and other programs do: bits, runs, lengths, numbers as text.
struct Mutator {
  private var random: SplitMix
  private let seeds: [[UInt8]]
  private let longest: Int

  /// Numbers at the edges of what fits: as text, for JSON and tables.
  private static let numberTexts = [
    "0", "-1", "1e19", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "4294967296", "1e-320",
    "1e999", "nan", "inf", "-0", "2147483648", "1099511627776", "0.1", "65535",
  ].map { Array($0.utf8) }
  private static let words: [UInt64] = [
    0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 40, 1 << 62,
    UInt64(Int64.max), 1 << 63, UInt64.max,
  ]
  /// Tokens with a meaning in one of the formats.
  private static let tokens = [
    "{", "}", "[", "]", "\"", ",", ":", "\n", "\r\n", "\\u0000", "\u{1b}[", "\u{feff}", "../", "/", "\0", ";", "\t",
    " ",
    "'", "NaN", "null", "true", "\u{0301}", "🏳️‍🌈", "=", "%", "#", "<!--",
  ].map { Array($0.utf8) }

  /// - Parameters:
  ///   - seeds: at least one.
  ///   - longest: bytes of an input.
  init(seeds: [[UInt8]], seed: UInt64, longest: Int) {
    self.seeds = seeds.map { Array($0.prefix(longest)) }
    self.longest = longest
    random = SplitMix(state: seed)
  }

  /// The next input.
  mutating func next() -> [UInt8] {
    var bytes = seeds[random.below(seeds.count)]
    for _ in 0..<(1 + random.below(1 << random.below(5))) { change(&bytes) }
    if bytes.count > longest { bytes.removeLast(bytes.count - longest) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = random.below(bytes.count + 1)
    switch random.below(10) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(16)))
    case 3: bytes.insert(contentsOf: (0..<(1 + random.below(8))).map { _ in UInt8(random.below(256)) }, at: place)
    case 4: setWord(in: &bytes, at: place)
    case 5: setNumber(in: &bytes, from: place)
    case 6: bytes.insert(contentsOf: Self.tokens[random.below(Self.tokens.count)], at: place)
    case 7:
      let end = min(bytes.count, place + random.below(64))
      bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
    case 8:
      let other = seeds[random.below(seeds.count)]
      let start = random.below(other.count + 1)
      let part = other[start..<min(other.count, start + random.below(128))]
      bytes.replaceSubrange(place..<min(bytes.count, place + part.count), with: part)
    default:
      if random.below(8) == 0 { bytes.removeSubrange(place...) }
    }
  }

  /// A number of 1, 2, 4 or 8 bytes, little-endian: a length, a count or an offset.
  private mutating func setWord(in bytes: inout [UInt8], at place: Int) {
    let value = Self.words[random.below(Self.words.count)]
    let count = 1 << random.below(4)
    for k in 0..<count where place + k < bytes.count { bytes[place + k] = UInt8(truncatingIfNeeded: value >> (8 * k)) }
  }

  /// Replaces the next number that is written in digits.
  private mutating func setNumber(in bytes: inout [UInt8], from place: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = bytes[place...].firstIndex(where: digits.contains) else { return }
    let end = bytes[first...].firstIndex { !digits.contains($0) } ?? bytes.endIndex
    bytes.replaceSubrange(first..<end, with: Self.numberTexts[random.below(Self.numberTexts.count)])
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same inputs for the same seed on every machine.
private struct SplitMix {
  var state: UInt64

  /// A number in `0 ..< count`; `count` is at least 1.
  mutating func below(_ count: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(count))
  }
}
