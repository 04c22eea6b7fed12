import Tables
import Text

/// How a synthetic folder of recordings lists its clips, and where they are.
public enum SyntheticLayout: String, CaseIterable, Sendable {
  /// `metadata.csv`, in Hugging Face's folder layout; its splits keep recordings whole.
  case folder
  /// MELD's three tables, and sounds where MELD has videos; every episode is in all three splits.
  case meld
  /// MMSA's `label.csv` and `Raw/`, with CH-SIMS's labels; every video is in all three splits.
  case mmsa

  /// The splits in their order, as the layout calls them.
  private var splits: [String] {
    switch self {
    case .folder: ["train", "validation", "test"]
    case .meld: ["train", "dev", "test"]
    case .mmsa: ["train", "valid", "test"]
    }
  }

  /// The split of a clip.
  ///
  /// - Parameters:
  ///   - recording: the number of its recording, of `recordings`.
  ///   - clip: its number in the recording.
  func split(recording: Int, of recordings: Int, clip: Int) -> String {
    switch self {
    case .folder:
      // Of each twenty recordings fourteen, three and three; of fewer at least one each.
      let share = Double(recording) / Double(recordings)
      return splits[
        recording == recordings - 1 || share >= 0.85 ? 2 : recording == recordings - 2 || share >= 0.7 ? 1 : 0]
    case .meld, .mmsa:
      return splits[clip % 5 == 3 ? 1 : clip % 5 == 4 ? 2 : 0]
    }
  }

  /// The path of a clip's files, without an extension.
  ///
  /// - Parameters:
  ///   - name: what the folder layout calls the clip.
  ///   - recording: what it calls the recording; `number` is its number.
  ///   - clip: the clip's number in the recording.
  func stem(_ name: String, recording: String, number: Int, clip: Int, split: String) -> String {
    switch self {
    case .folder: return "clips/" + name
    case .meld:
      let folders = ["train": "train_splits", "dev": "dev_splits_complete", "test": "output_repeated_splits_test"]
      return "\(folders[split, default: split])/dia\(number)_utt\(clip)"
    case .mmsa: return "Raw/\(recording)/\(String(String(10_001 + clip).dropFirst()))"
    }
  }

  /// The tables with their names.
  func tables(_ clips: [SyntheticClip]) -> [(name: String, text: String)] {
    func table(_ columns: [String], _ lines: [[String]]) -> String { ([columns] + lines).map(CSVTable.line).joined() }
    switch self {
    case .folder:
      let columns = [
        "file_name", "start", "end", "words", "text", "group", "speaker", "split", "sentiment", "arousal", "emotion",
      ]
      return [("metadata.csv", table(columns, clips.compactMap(\.line)))]
    case .meld:
      let columns = [
        "Sr No.", "Utterance", "Speaker", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID", "Season", "Episode",
        "StartTime", "EndTime",
      ]
      return splits.map { split in
        let own = clips.filter { $0.split == split }
        let lines = own.enumerated().map { ["\($0 + 1)"] + $1.meldLine }
        return ("\(split)_sent_emo.csv", table(columns, lines))
      }
    case .mmsa:
      let columns = [
        "video_id", "clip_id", "text", "label", "label_T", "label_A", "label_V", "annotation", "mode",
      ]
      return [("label.csv", table(columns, clips.map(\.mmsaLine)))]
    }
  }
}

extension SyntheticClip {
  private static let meldEmotions = [
    "neu": "neutral", "hap": "joy", "exc": "surprise", "ang": "anger", "sad": "sadness", "fru": "disgust",
  ]

  /// The cells of a line of MELD's tables, after its number.
  fileprivate var meldLine: [String] {
    let sentiment = ["neu": "neutral", "hap": "positive", "exc": "positive"][turn.label] ?? "negative"
    let start = 20 * place.clip
    return [
      sentence, "Speaker \(voice + 3)", Self.meldEmotions[turn.label] ?? turn.label, sentiment, "\(place.recording)",
      "\(place.clip)",
      "\(1 + place.recording / 20)", "\(1 + place.recording % 20)", Self.clock(Double(start)),
      Self.clock(Double(start) + seconds),
    ]
  }

  /// The cells of a line of MMSA's table; each modality's label is what one rater says.
  fileprivate var mmsaLine: [String] {
    let single = turn.ratings.map { Double($0.valence - 3) / 2 }
    let all = single.reduce(0, +) / Double(single.count)
    return [recording, String(stem.suffix(4)), sentence, all.fixed(1)]
      + (0..<3).map { single[$0 % single.count].fixed(1) }
      + [all > 0 ? "Positive" : all < 0 ? "Negative" : "Neutral", split]
  }

  /// `00:16:16,059`
  private static func clock(_ seconds: Double) -> String {
    let milliseconds = Int((1000 * seconds).rounded())
    func padded(_ number: Int, _ digits: Int) -> String { String(String(10_000 + number).suffix(digits)) }
    let whole = milliseconds / 1000
    return "\(padded(whole / 3600, 2)):\(padded(whole / 60 % 60, 2)):\(padded(whole % 60, 2)),"
      + padded(milliseconds % 1000, 3)
  }
}
