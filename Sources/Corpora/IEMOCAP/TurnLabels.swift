import Digests
import Text

/// The labels of the turns of IEMOCAP, in memory.
struct TurnLabels: CorpusLabels {
  let path: String
  let labelling: TurnLabelling
  let turns: [String: EmotionTurn]

  var columns: LabelColumns { labelling.columns }
  var recordings: [String] { turns.keys.sortedByBytes() }
  var rowCount: Int { turns.count }

  func rowCount(of recording: String) -> Int { turns[recording] == nil ? 0 : 1 }

  func makeReader() -> (String, inout Fingerprint) throws -> [LabelRow] {
    { recording, fingerprint in
      guard let turn = turns[recording] else { return [] }
      let row = labelling.row(of: turn)
      row.segment.labels.withUnsafeBytes { fingerprint.update($0) }
      return [row]
    }
  }
}
