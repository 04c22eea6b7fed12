/// A stretch of a sample's rows that is compared with other samples.
enum SamplePart: Int, CaseIterable, Sendable {
  case whole, firstHalf, middleHalf, lastHalf

  /// The rows that belong to it.
  func rows(of count: Int) -> Range<Int> {
    let half = count / 2
    switch self {
    case .whole: return 0..<count
    case .firstHalf: return 0..<half
    case .middleHalf: return (count - half) / 2..<(count - half) / 2 + half
    case .lastHalf: return count - half..<count
    }
  }
}
