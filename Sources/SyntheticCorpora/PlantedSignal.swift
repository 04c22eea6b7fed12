import Files
import TensorCore

/// How sentiment shows in the features of a synthetic corpus: along a fixed direction in each modality.
///
/// The directions are the same for every seed, so that a model fitted on one sample corpus works on another.
struct PlantedSignal {
  /// The direction and scale of one modality's features.
  struct Direction {
    /// The vector added to a row for each unit of sentiment, before scaling: [width].
    let shift: [Float]
    /// The factors by which a row is multiplied, and the offsets added afterwards: [width] each.
    let scale: [Float]
    let offset: [Float]
  }

  let visual: Direction
  let audio: Direction
  let text: Direction
  /// The vectors of the words, without sentiment: [words, width of text].
  let vocabulary: [[Float]]
  /// The words of the vocabulary, as text.
  let words: [String]

  /// The number of words in the synthetic language.
  static let wordCount = 600
  /// One seed for all corpora, as explained above.
  private static let seed: UInt64 = 977

  init(_ format: SyntheticFormat, gain: Float) {
    // Modalities are as strong as they tend to be in practice: words reveal most.
    visual = Self.direction(0, width: format.visual.width, gain: gain * 0.6, isScaled: true)
    audio = Self.direction(1, width: format.audio.width, gain: gain * 0.5, isScaled: true)
    text = Self.direction(2, width: format.text.width, gain: gain, isScaled: false)
    vocabulary = (0..<Self.wordCount).map { word in
      let random = PhiloxStream(seed: Self.seed, stream: 3, step: UInt64(word))
      return (0..<format.text.width).map { random.normal(at: $0) }
    }
    words = (0..<Self.wordCount).map(Self.word)
  }

  /// Makes a direction. The columns of real features differ by orders of magnitude in location and spread.
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

  /// Returns 2 to the power of `exponent`, interpolated linearly between whole exponents because the C library's
  /// function differs between machines.
  static func powerOfTwo(_ exponent: Double) -> Float {
    let whole = exponent.rounded(.down)
    return Float(Double(sign: .plus, exponent: Int(whole), significand: 1 + (exponent - whole)))
  }

  /// Returns a pronounceable word for a number; some have an apostrophe, as in real transcripts.
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
  /// Writes a vector for each word in GloVe's text format. Words are sorted by meaning, so the vectors reveal the
  /// sentiment.
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
