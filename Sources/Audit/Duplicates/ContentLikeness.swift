import Leaks
import Samples
import Text

/// How samples that say the same compare in sound and picture: only where both were observed can that be told.
struct ContentLikeness {
  private(set) var different = 0
  private(set) var same = 0
  private(set) var unknown = 0

  /// - Parameter sentences: for each sentence, a sample of each split that has it.
  init(_ sentences: [[SamplePlace]], _ contents: WholeContents, _ datasets: [AuditedDataset]) {
    for places in sentences {
      for second in places.dropFirst() {
        let modalities = datasets[places[0].dataset].modalities.filter { $0 != .text }
        let digests = modalities.compactMap { modality in
          contents[modality, places[0]].flatMap { first in contents[modality, second].map { (first, $0) } }
        }
        if digests.isEmpty {
          unknown += 1
        } else if digests.contains(where: ==) {
          same += 1
        } else {
          different += 1
        }
      }
    }
  }

  /// The end of a sentence about the words.
  var words: String {
    if same + unknown == 0 { return "with different sound and picture" }
    if same + different == 0 { return "and there was nothing else to compare" }
    let all = different + same + unknown
    let parts = [
      different == 0 ? nil : "\(different.grouped) of \(Phrase.count(all, "pair")) with different sound and picture",
      same == 0 ? nil : "\(same.grouped) with the same sound or picture",
      unknown == 0 ? nil : "\(unknown.grouped) without anything else to compare",
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
