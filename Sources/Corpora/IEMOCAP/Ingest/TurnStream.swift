import Samples

/// A stream of rows that a turn can have in the store.
enum TurnStream: String, CaseIterable, Hashable, Sendable {
  /// Acoustic features, computed or ready-made.
  case audio
  /// Ready-made visual features.
  case visual
  /// The parts of the motion capture.
  case rotated, head, hand

  init(_ part: MotionPart) {
    self =
      switch part {
      case .rotated: .rotated
      case .head: .head
      case .hand: .hand
      }
  }

  var modality: Modality { self == .audio ? .audio : .visual }

  /// The parts of the motion capture, in the order of the visual columns.
  static let motion = MotionPart.allCases.map { TurnStream($0) }
}
