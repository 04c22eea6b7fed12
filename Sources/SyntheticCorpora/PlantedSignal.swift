import Files
import TensorCore

/// How sentiment shows in the features of a synthetic corpus: a fixed direction in each modality.
///
/// The same for every seed, so that a model fitted on one sample corpus works on another.
struct PlantedSignal {
  /// One modality's features.
  struct Direction {
    /// Added to a row for each unit of sentiment, before scaling: [width].
    let shift: [Float]
    /// What a row is multiplied with and what is added then: [width] each.
    let scale: [Float]
    let offset: [Float]
  }

  let visual: Direction
  let audio: Direction
  let text: Direction
  /// The vectors of the words, without any sentiment: [words, width of text].
  let vocabulary: [[Float]]
  /// Words of the vocabulary, as letters.
  let words: [String]

  /// The words of a synthetic language.
  static let wordCount = 600
  /// One seed for all corpora; see above.
  private static let seed: UInt64 = 977

  init(_ format: SyntheticFormat, gain: Float) {
    // As strong a modality as the field finds it: words tell most.
    visual = Self.direction(0, width: format.visual.width, gain: gain * 0.6, isScaled: true)
    audio = Self.direction(1, width: format.audio.width, gain: gain * 0.5, isScaled: true)
    text = Self.direction(2, width: format.text.width, gain: gain, isScaled: false)
    vocabulary = (0..<Self.wordCount).map { word in
      let random = PhiloxStream(seed: Self.seed, stream: 3, step: UInt64(word))
      return (0..<format.text.width).map { random.normal(at: $0) }
    }
    words = (0..<Self.wordCount).map(Self.word)
  }

  /// Columns of real features differ by orders of magnitude in place and spread.
  private static func direction(_ stream: UInt32, width: Int, gain: Float, isScaled: Bool) -> Direction {
    var random = PhiloxStream(seed: seed, stream: stream)
    let direction = (0..<width).map { _ in random.normal() }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let shift = direction.map { Float($0 / length * Double(width).squareRoot()) * gain }
    if !isScaled {
      return Direction(
        shift: shift, scale: [Float](repeating: 0.4, count: width), offset: [Float](repeating: 0, count: width))
    }
    let scale = (0..<width).map { _ in powerOfTwo(2.16 * random.normal()) }  // e^1.5 a standard deviation
    let offset = scale.map { Float(2 * random.normal()) * $0 }
    return Direction(shift: shift, scale: scale, offset: offset)
  }

  /// 2 to the power of `exponent`, straight between whole exponents: the C library's differs between machines.
  static func powerOfTwo(_ exponent: Double) -> Float {
    let whole = exponent.rounded(.down)
    return Float(Double(sign: .plus, exponent: Int(whole), significand: 1 + (exponent - whole)))
  }

  /// A pronounceable word for a number; some have an apostrophe, as in real transcripts.
  static func word(_ number: Int) -> String {
    let consonants = Array("bdfgklmnprst")
    let vowels = Array("aeiou")
    var rest = number + 60
    var word = ""
    while rest > 0 {
      word.append(consonants[rest % 12])
      word.append(vowels[rest / 12 % 5])
      rest /= 60
    }
    return number % 50 == 49 ? word + "'s" : word
  }
}

extension PlantedSignal {
  /// Writes a vector for each word in GloVe's text format. Words are sorted by what they mean, so the sentiment shows in
  /// the vectors.
  func writeWordVectors(to path: String) throws {
    var file = try AtomicFile(path: path)
    for (number, word) in words.enumerated() {
      let meaning = Float(number) / Float(words.count) * 8 - 4
      let numbers = vocabulary[number].enumerated().map { column, value in
        let number = (value + meaning * text.shift[column]) * text.scale[column]
        return String(((number * 100_000).rounded() / 100_000))
      }
      try file.write(word + " " + numbers.joined(separator: " ") + "\n")
    }
    try file.commit()
  }
}
