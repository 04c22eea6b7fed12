/// What only an IEMOCAP release needs to be told.
public struct IEMOCAPOptions: Hashable, Sendable {
  /// What of the annotation becomes the labels.
  public var labels = EmotionLabels.sentiment
  /// Added to the frames of the word times, for releases that count them differently.
  public var frameOffset = 0
  /// A folder or archive with ready-made audio features, a file a turn; nil computes them from the sound.
  public var audioFeatures: String?
  /// Rows a second of `audioFeatures`.
  public var audioRate = 100.0
  /// A folder or archive with ready-made visual features, a file a turn; nil takes the motion capture.
  public var visualFeatures: String?
  /// Rows a second of `visualFeatures` whose files do not say their times.
  public var visualRate = 30.0
  /// The `face_id` of the rows that are taken of `visualFeatures`; nil where each table has those of one face.
  public var face: Int?

  /// The defaults.
  public init() {}
}
