import TensorCore

/// The flaws of the real files, reproduced in a synthetic corpus.
struct SyntheticTrouble {
  /// One kind of trouble; its raw value is the number of the recording that has it.
  enum Kind: Int, CaseIterable {
    case unsortedRows = 1
    case emptyAndReversedRows
    case missingFromAudio
    case labelAboveRange
    case negativeLabelStart
    case segmentWithoutWords
    case audioWithoutRows
    case noFaceAndNoVisualSegment
    case missingFromVisual
    case missingFromLabels
    case overlappingLabels

    /// The description for `sample.json`.
    var description: String {
      switch self {
      case .unsortedRows: "audio and text rows out of order"
      case .emptyAndReversedRows: "words and frames of zero length, and words that end before they start"
      case .missingFromAudio: "missing from the audio file"
      case .labelAboveRange: "a sentiment above 3"
      case .negativeLabelStart: "a label that starts before 0"
      case .segmentWithoutWords: "a labelled segment without words"
      case .audioWithoutRows: "an audio entry without rows"
      case .noFaceAndNoVisualSegment: "leading visual rows of zeros, and a segment without visual rows"
      case .missingFromVisual: "missing from the visual file"
      case .missingFromLabels: "missing from the label file"
      case .overlappingLabels: "labels that overlap, go backwards or have zero length"
      }
    }

    /// Whether the recording yields no samples.
    var isFatal: Bool {
      switch self {
      case .missingFromAudio, .audioWithoutRows, .missingFromVisual, .missingFromLabels: true
      default: false
      }
    }
  }

  /// Smaller corpora have no trouble, because they cannot spare the recordings.
  static let smallestCorpus = 14

  /// Returns the trouble of a recording; nil for most.
  static func kind(ofRecording number: Int, of count: Int) -> Kind? {
    count < smallestCorpus ? nil : Kind(rawValue: number)
  }

  /// Adds trouble to the streams of a recording. A stream that is missing from a file is left to the writer.
  static func apply(_ kind: Kind, to recording: inout SyntheticRecording) {
    splitOnlySegment(of: &recording.labels)
    let first = recording.labels.interval(0)
    let last = recording.labels.rowCount - 1
    switch kind {
    case .unsortedRows:
      let half = recording.audio.rowCount / 2
      recording.audio = recording.audio.rows(Array(half..<recording.audio.rowCount) + Array(0..<half))
      recording.text = recording.text.rows((0..<recording.text.rowCount).reversed())
    case .emptyAndReversedRows where recording.text.rowCount >= 5:
      recording.text.intervals[5] = recording.text.intervals[4]
      recording.text.intervals.swapAt(8, 9)
      recording.audio.intervals[7] = recording.audio.intervals[6]
    case .labelAboveRange: recording.labels.values[0] = 10 / 3
    case .negativeLabelStart: recording.labels.intervals[0] = -0.4876  // as in CMU-MOSEI
    case .segmentWithoutWords: recording.text = recording.text.without(first.start, first.end)
    case .audioWithoutRows: recording.audio = recording.audio.rows([])
    case .noFaceAndNoVisualSegment:
      for index in 0..<min(45, recording.visual.rowCount) * recording.visual.width {
        recording.visual.values[index] = 0
      }
      let segment = recording.labels.interval(last)
      recording.visual = recording.visual.without(segment.start, segment.end)
    case .overlappingLabels:
      recording.labels = recording.labels.rows(Array(0...last) + [0, last])
      recording.labels.intervals[2 * last + 2] = first.start + 0.5
      recording.labels.intervals[2 * last + 4] = recording.labels.intervals[2 * last + 5]
    case .emptyAndReversedRows, .missingFromAudio, .missingFromVisual, .missingFromLabels: break
    }
  }

  /// Splits a recording's only segment in two, so that one is left when the other is spoiled.
  private static func splitOnlySegment(of labels: inout SyntheticStream) {
    if labels.rowCount > 1 { return }
    let (start, end) = labels.interval(0)
    let middle = (start + end) / 2
    labels = labels.rows([0, 0])
    labels.intervals = [start, middle, middle, end]
  }

  /// Replaces a fraction `rate` of all cells with NaN and infinities. COVAREP holds −Inf from the log of silence.
  static func spoil(_ values: inout [Float], rate: Double, withInfinities: Bool, random: inout PhiloxStream) {
    // At a rate of 1 in 1000, every thousandth cell is hit on average; the gaps are exponentially distributed.
    if rate <= 0 { return }
    var position = random.exponential(mean: 1 / rate)
    while position < Double(values.count) {
      let kind = random.uniform()
      let infinity: Float = kind < 0.6 ? -.infinity : kind < 0.65 ? .infinity : .nan
      values[Int(position)] = withInfinities ? infinity : .nan
      position += 1 + random.exponential(mean: 1 / rate)
    }
  }
}
