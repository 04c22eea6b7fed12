import Foundation

/// The scores of pairs of recordings: the mean of each half of one against each half of the other.
///
/// Of two halves the score is a sum over columns of a polynomial of second degree in their deviations from the mean of all. Its
/// coefficients depend on how many samples the halves have; these numbers are few, so a pair takes two products per column.
struct VoiceScores: Sendable {
  private let scale: VoiceScale
  /// Samples that a half may have.
  private let counts: [Double]
  /// The place in `counts` of each half, two halves per recording.
  private let countOfHalf: [Int]
  /// The deviations of every half, in blocks of eight columns: [halves, blocks].
  private let deviations: [SIMD8<Double>]
  private let width: Int
  private let blockCount: Int

  /// - Returns: nil where nothing varies.
  init?(_ recordings: [VoiceRecording]) {
    guard let scale = VoiceScale(recordings) else { return nil }
    self.scale = scale
    let halves = recordings.flatMap(\.halves)
    let counts = Set(halves.map(\.count)).sorted()
    self.counts = counts
    let places = Dictionary(uniqueKeysWithValues: zip(counts, counts.indices))
    countOfHalf = halves.map { places[$0.count]! }  // made from these halves
    let width = halves[0].mean.count
    self.width = width
    blockCount = (width + 7) / 8
    deviations = halves.flatMap { half in
      Self.blocks(width) { scale.deviation(half, $0) }
    }
  }

  private static func blocks(_ width: Int, _ value: (Int) -> Double) -> [SIMD8<Double>] {
    stride(from: 0, to: width, by: 8).map { start in
      var block = SIMD8<Double>.zero
      for column in start..<min(start + 8, width) { block[column - start] = value(column) }
      return block
    }
  }

  /// What a half makes of any other, for each number of samples of the other.
  private struct Row {
    var constants: [Double]
    var linear: [SIMD8<Double>]
    var other: [SIMD8<Double>]
  }

  private func row(_ half: Int) -> Row {
    let own = (0..<width).map { deviations[half * blockCount + $0 / 8][$0 % 8] }
    var row = Row(constants: [], linear: [], other: [])
    for count in counts {
      let forms = (0..<width).map { scale.form($0, counts[countOfHalf[half]], count) }
      row.constants.append(
        zip(forms, own).reduce(0) { sum, column in
          sum + (column.0.map { $0.logarithm + $0.own * column.1 * column.1 } ?? 0)
        })
      row.linear += Self.blocks(width) { (forms[$0]?.linear ?? 0) * own[$0] }
      row.other += Self.blocks(width) { forms[$0]?.other ?? 0 }
    }
    return row
  }

  /// The score of the row's half and another.
  private func score(_ row: Row, _ half: Int) -> Double {
    let count = countOfHalf[half]
    return deviations.withUnsafeBufferPointer { deviations in
      row.linear.withUnsafeBufferPointer { linear in
        row.other.withUnsafeBufferPointer { other in
          var sum = SIMD8<Double>.zero
          for block in 0..<blockCount {
            let value = deviations[half * blockCount + block]
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
    let rows = [row(2 * one), row(2 * one + 1)]
    return others.map { other in
      rows.reduce(0) { $0 + score($1, 2 * other) + score($1, 2 * other + 1) } / 4
    }
  }

  /// The score of a recording's two halves.
  func own(_ recording: Int) -> Double { score(row(2 * recording), 2 * recording + 1) }
}

/// How much the columns of recordings differ between them and within them.
private struct VoiceScale: Sendable {
  /// Variances of voices, and of the mean of a half around its voice for a sample; [columns].
  private let between: [Double]
  private let within: [Double]
  private let center: [Double]

  /// - Returns: nil where nothing varies.
  init?(_ recordings: [VoiceRecording]) {
    let width = recordings[0].halves[0].mean.count
    var (center, within, total) = (
      [Double](repeating: 0, count: width), [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
    )
    for recording in recordings {
      for column in 0..<width { center[column] += recording.mean(column) / Double(recordings.count) }
    }
    for recording in recordings {
      let counts = recording.halves.map(\.count)
      // The halves of one voice differ by noise alone.
      let share = 1 / counts[0] + 1 / counts[1]
      for column in 0..<width {
        let difference = recording.halves[0].mean[column] - recording.halves[1].mean[column]
        within[column] += difference * difference / share / Double(recordings.count)
        let deviation = recording.mean(column) - center[column]
        total[column] += deviation * deviation / Double(recordings.count)
      }
    }
    let size = recordings.reduce(0) { $0 + 1 / ($1.halves[0].count + $1.halves[1].count) } / Double(recordings.count)
    between = (0..<width).map { max(0, total[$0] - within[$0] * size) }
    self.within = within
    self.center = center
    if !between.contains(where: { $0 > 0 }) { return nil }
  }

  /// The coefficients of a score in one column: `form.logarithm + form.own · x² + form.linear · x · y + form.other · y²` for the
  /// deviations x and y of halves of so many samples; nil where the column tells nothing.
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

  func deviation(_ half: VoiceRecording.Half, _ column: Int) -> Double { half.mean[column] - center[column] }
}

/// How much likelier one voice is than two, as a natural logarithm, in one column.
private struct VoiceForm {
  var logarithm: Double
  var own: Double
  var linear: Double
  var other: Double
}
