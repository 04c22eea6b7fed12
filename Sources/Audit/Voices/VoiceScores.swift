import Foundation

/// The scores of pairs of recordings by their means.
///
/// A score is a sum over columns of a polynomial of second degree in the deviations of the two from the mean of all. Its
/// coefficients depend on how many samples the two have; these numbers are few, so a pair takes two products per column.
struct VoiceScores: Sendable {
  private let scale: VoiceScale
  private let recordings: [VoiceRecording]
  /// Numbers of samples that recordings have.
  private let counts: [Double]
  /// The place in `counts` of each recording.
  private let countOfRecording: [Int]
  /// For two counts and each column; nil where the column tells nothing.
  private let forms: [VoiceForm?]
  /// The deviations of every recording, in blocks of eight columns: [recordings, blocks].
  private let deviations: [SIMD8<Double>]
  private let width: Int
  private let blockCount: Int

  /// More samples tell little more.
  private static let mostSamples = 64.0

  /// - Returns: nil where nothing varies.
  init?(_ recordings: [VoiceRecording]) {
    guard let scale = VoiceScale(recordings), scale.ratios.contains(where: { $0 > 0 }) else { return nil }
    self.scale = scale
    self.recordings = recordings
    let kept = recordings.map { min($0.whole.count, Self.mostSamples) }
    let counts = Set(kept).sorted()
    self.counts = counts
    let places = Dictionary(uniqueKeysWithValues: zip(counts, counts.indices))
    countOfRecording = kept.map { places[$0]! }  // made from these
    let width = recordings[0].whole.mean.count
    self.width = width
    blockCount = (width + 7) / 8
    forms = counts.flatMap { one in counts.flatMap { other in (0..<width).map { scale.form($0, one, other) } } }
    deviations = recordings.flatMap { recording in
      Self.blocks(width) { scale.deviation(recording.whole, $0) }
    }
  }

  private static func blocks(_ width: Int, _ value: (Int) -> Double) -> [SIMD8<Double>] {
    stride(from: 0, to: width, by: 8).map { start in
      var block = SIMD8<Double>.zero
      for column in start..<min(start + 8, width) { block[column - start] = value(column) }
      return block
    }
  }

  /// What a recording makes of any other, for each number of samples of the other.
  private struct Row {
    var constants: [Double]
    var linear: [SIMD8<Double>]
    var other: [SIMD8<Double>]
  }

  private func row(_ recording: Int) -> Row {
    let own = (0..<width).map { deviations[recording * blockCount + $0 / 8][$0 % 8] }
    var row = Row(constants: [], linear: [], other: [])
    for count in counts.indices {
      let start = (countOfRecording[recording] * counts.count + count) * width
      let forms = forms[start..<start + width]
      row.constants.append(
        zip(forms, own).reduce(0) { sum, column in
          sum + (column.0.map { $0.logarithm + $0.own * column.1 * column.1 } ?? 0)
        })
      row.linear += Self.blocks(width) { (forms[start + $0]?.linear ?? 0) * own[$0] }
      row.other += Self.blocks(width) { forms[start + $0]?.other ?? 0 }
    }
    return row
  }

  /// The score of the row's recording and another.
  private func score(_ row: Row, _ recording: Int) -> Double {
    let count = countOfRecording[recording]
    return deviations.withUnsafeBufferPointer { deviations in
      row.linear.withUnsafeBufferPointer { linear in
        row.other.withUnsafeBufferPointer { other in
          var sum = SIMD8<Double>.zero
          for block in 0..<blockCount {
            let value = deviations[recording * blockCount + block]
            sum += value * (linear[count * blockCount + block] + other[count * blockCount + block] * value)
          }
          return row.constants[count] + sum.sum()
        }
      }
    }
  }

  /// The scores of a recording with each of others.
  func all(of one: Int, with others: [Int]) -> [Double] {
    if others.isEmpty { return [] }
    let row = row(one)
    return others.map { score(row, $0) }
  }

  /// The score of a recording's two halves; nil if it has none.
  func own(_ recording: Int) -> Double? {
    let halves = recordings[recording].halves
    if halves.isEmpty { return nil }
    return (0..<width).reduce(0) { sum, column in
      guard let form = scale.form(column, halves[0].count, halves[1].count) else { return sum }
      return sum + form.value(scale.deviation(halves[0], column), scale.deviation(halves[1], column))
    }
  }
}

/// How much the columns of recordings differ between them and within them.
struct VoiceScale: Sendable {
  /// Variances of voices, and of a sample around its voice; [columns].
  private let between: [Double]
  private let within: [Double]
  private let center: [Double]

  /// - Returns: nil where no recording has halves.
  init?(_ recordings: [VoiceRecording]) {
    let divided = recordings.filter { !$0.halves.isEmpty }
    guard let width = divided.first?.whole.mean.count, width > 0 else { return nil }
    var (center, within, total) = (
      [Double](repeating: 0, count: width), [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
    )
    let count = Double(recordings.count)
    for recording in recordings {
      for column in 0..<width { center[column] += recording.whole.mean[column] / count }
    }
    for recording in divided {
      // The halves of one voice differ by noise alone.
      let share = 1 / recording.halves[0].count + 1 / recording.halves[1].count
      for column in 0..<width {
        let difference = recording.halves[0].mean[column] - recording.halves[1].mean[column]
        within[column] += difference * difference / share / Double(divided.count)
      }
    }
    for recording in recordings {
      for column in 0..<width {
        let deviation = recording.whole.mean[column] - center[column]
        total[column] += deviation * deviation / count
      }
    }
    let size = recordings.reduce(0) { $0 + 1 / $1.whole.count } / count
    between = (0..<width).map { max(0, total[$0] - within[$0] * size) }
    self.within = within
    self.center = center
  }

  /// How well each column tells recordings apart; 0 where it does not.
  var ratios: [Double] { zip(between, within).map { $1 > 0 ? $0 / $1 : 0 } }

  /// The score's coefficients in one column for the means of so many samples each; nil where the column tells nothing.
  func form(_ column: Int, _ one: Double, _ other: Double) -> VoiceForm? {
    let voice = between[column]
    guard voice > 0, within[column] > 0 else { return nil }
    let (a, b) = (voice + within[column] / one, voice + within[column] / other)
    let determinant = a * b - voice * voice
    if determinant <= 1e-12 * a * b { return nil }
    return VoiceForm(
      logarithm: 0.5 * log(a * b / determinant), own: 0.5 * (1 / a - b / determinant), linear: voice / determinant,
      other: 0.5 * (1 / b - a / determinant))
  }

  func deviation(_ part: VoiceRecording.Part, _ column: Int) -> Double { part.mean[column] - center[column] }
}

/// How much likelier one voice is than two, as a natural logarithm, in one column.
struct VoiceForm: Sendable {
  var logarithm: Double
  var own: Double
  var linear: Double
  var other: Double

  /// For deviations of the two from the mean of all.
  func value(_ one: Double, _ two: Double) -> Double {
    logarithm + own * one * one + linear * one * two + other * two * two
  }
}
