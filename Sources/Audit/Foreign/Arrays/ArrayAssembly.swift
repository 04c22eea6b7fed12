import ArrayFiles
import Corpora
import Leaks
import Samples
import SplitArrays

extension AuditedDataset {
  /// A data set of arrays, whose rows stay where they are.
  convenience init(_ arrays: ArraysBySplit, path: String, files: [AuditedFile]) {
    var places: [(split: Split, index: Int)] = []
    var samples: [AuditedSample] = []
    for part in arrays.parts {
      for index in 0..<part.count {
        places.append((part.split, index))
        samples.append(
          AuditedSample(
            part.names?[index], number: index, split: part.split,
            conversation: (part.dialogs?[index], part.speakers?[index]),
            rows: part.rows.mapValues { $0.rows[index].count }, label: part.labels.rows[index],
            words: part.words?[index]))
      }
    }
    let rows = arrays.parts.map { ($0.split, $0.rows) }
    self.init(
      name: "arrays", path: path, form: .arrays, granularity: "", dtype: .f32, widths: arrays.widths,
      labelNames: arrays.labelNames, samples: samples, scalers: nil, manifest: nil, damage: nil, files: files,
      reading: arrays.reading, store: ArrayRows(parts: Dictionary(uniqueKeysWithValues: rows), places: places))
  }
}

extension AuditedSample {
  fileprivate init(
    _ name: ArrayNames.Name?, number: Int, split: Split, conversation: (dialog: String?, speaker: String?),
    rows: [Modality: Int], label: [Float], words: String?
  ) {
    let id = name?.id ?? "\(split) \(number)"
    let place = CorpusRegistry.shipped.place(ofSample: id)
    self.init(
      id: id, group: name?.recording, dialog: conversation.dialog ?? CorpusRegistry.shipped.dialog(ofSample: id),
      session: place?.session, speaker: conversation.speaker ?? place?.speaker, split: split, interval: name?.interval,
      rows: rows, label: label,
      words: words)
    if dialog == nil { ownRecording = name?.recording }
  }
}
