import Leaks
import Samples

/// How near samples come to each other that follow one another in a recording: one voice, one face, and what was said last.
///
/// Two recordings that are as near are no copies, but may be one that stands under two names, or two that follow each other.
final class RecordingDistances {
  private let vectors: [DirectionVectors]
  /// Pairs of samples of one recording and split that follow one another.
  private let pairs: [(first: Int, second: Int)]
  private var known: [[Int]: [Double]] = [:]

  /// The share of such pairs that have to be as near.
  private static let share = 0.05
  private static let fewestPairs = 20
  private static let mostPairs = 20_000

  /// - Parameter partCount: the number of vectors of each sample, the whole one first.
  init(_ samples: [AuditedSample], _ vectors: [DirectionVectors], partCount: Int) {
    self.vectors = vectors
    var last: [String: Int] = [:]
    var pairs: [(first: Int, second: Int)] = []
    for (index, sample) in samples.enumerated() where sample.group != nil {
      let recording = "\(sample.split) \(sample.wholeRecording)"
      if let before = last[recording] { pairs.append((before * partCount, index * partCount)) }
      last[recording] = index
    }
    let step = max(1, pairs.count / Self.mostPairs)
    self.pairs = pairs.indices.filter { $0 % step == 0 }.map { pairs[$0] }
  }

  /// Whether pairs of one recording are often as near as this one.
  func reach(_ pair: SamplePair, in spaces: [Int]) -> Bool {
    func square(_ first: Int, _ second: Int) -> Double {
      spaces.reduce(0.0) { $0 + Double(vectors[$1].squaredDistance(first, second)) }
    }
    let squares: [Double]
    if let found = known[spaces] {
      squares = found
    } else {
      squares = pairs.map { square($0.first, $0.second) }.filter { !$0.isNaN }.sorted()
      known[spaces] = squares
    }
    if squares.count < Self.fewestPairs { return false }
    return square(pair.first, pair.second) >= squares[Int(Self.share * Double(squares.count))]
  }
}
