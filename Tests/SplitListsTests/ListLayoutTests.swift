import Audit
import Leaks
import SplitLists
import TestSupport
import Testing

@Suite("Known list layouts") struct ListLayoutTests {
  private func read(_ names: String...) throws -> AuditedDataset {
    try AuditedDataset.lists(names.map { fixture("splits/" + $0) })[0]
  }

  @Test("MELD: episodes, speakers and times cross splits; its dialogue numbers clash but are not a leak")
  func meld() throws {
    let dataset = try read("meld")
    #expect(dataset.list?.layout == "MELD's sent_emo tables")
    let ids = try dataset.finding(IDOverlap())
    #expect(ids.verdict == .fail)
    #expect(ids.summary.contains("2 of 3 test episodes, with 6 of 9 test utterances, are in train"), "\(ids.summary)")
    #expect(ids.summary.contains("2 of 6 test speakers, with 4 of 9 test utterances, are in train"), "\(ids.summary)")
    #expect(!ids.summary.contains("dialog"))
    #expect(ids.evidence.contains { $0.text.hasPrefix("Dialogue numbers restart in each split: 3 of them") })
    let time = try dataset.finding(TimeOverlap())
    #expect(time.verdict == .fail)
    #expect(time.summary.contains("1 of 9 test utterances with train"), "\(time.summary)")
    #expect(
      try dataset.pairs(TimeOverlap()) == [
        "train/dia3_utt1 / test/dia1_utt1: 0.50 s of season 2 episode 2 in both"
      ])
    #expect(dataset.labelNames.first == "Emotion=anger")
  }

  @Test("MMSA: videos by a column, with a byte order mark and Windows line endings")
  func mmsa() throws {
    let dataset = try read("mmsa/label.csv")
    #expect(dataset.list?.layout == "MMSA's label.csv")
    #expect(dataset.samples.first?.id == "video_0001[0001]")
    #expect(dataset.labelNames == ["label", "label_T", "label_A", "label_V"])
    let finding = try dataset.finding(IDOverlap())
    #expect(finding.summary.contains("4 of 4 test videos, with 4 of 4 test clips, are in train"), "\(finding.summary)")
  }

  @Test("CREMA-D: the actor is in the name, and a note counts the sentences that actors repeat")
  func cremaD() throws {
    let dataset = try read("crema-d/train.csv", "crema-d/test.csv")
    #expect(dataset.name == "CREMA-D")
    let finding = try dataset.finding(IDOverlap())
    #expect(finding.summary.contains("3 of 3 test actors, with 9 of 9 test clips, are in train"), "\(finding.summary)")
    #expect(
      finding.evidence.contains { $0.text == "3 of 9 test clips repeat the actor and the sentence of a train clip." })
    #expect(try dataset.finding(FoldPresence()).verdict == .warn)
  }

  @Test(
    "EmoBox: folds that keep sessions or actors apart pass",
    arguments: [("iemocap", "IEMOCAP"), ("ravdess", "RAVDESS")])
  func emoBox(prefix: String, corpus: String) throws {
    let dataset = try read("emobox/\(prefix)_train_fold_1.jsonl", "emobox/\(prefix)_test_fold_1.jsonl")
    #expect(dataset.name == corpus)
    #expect(dataset.list?.layout?.hasPrefix("EmoBox's folds, with \(corpus)'s") == true)
    #expect(try dataset.finding(IDOverlap()).verdict == .pass)
    #expect(try dataset.finding(TimeOverlap()).verdict == .pass)
  }

  @Test("MERBench: dictionaries in arrays, with videos inferred from the ids")
  func merBench() throws {
    let dataset = try read("merbench/label.npz")
    #expect(dataset.list?.layout == "MERBench's label.npz")
    #expect(dataset.labelNames == ["emo", "val"])
    let finding = try dataset.finding(IDOverlap())
    #expect(finding.summary.contains("the ids are clips, <recording>_<number>"), "\(finding.summary)")
    #expect(finding.summary.contains("2 of 2 test videos, with 2 of 2 test clips, are in train"), "\(finding.summary)")
  }

  @Test("CMU SDK: folds are lists of videos")
  func folds() throws {
    let dataset = try AuditedDataset.lists([fixture("folds/standard.py")])[0]
    #expect(dataset.list?.layout == "the CMU SDK's folds")
    #expect(try dataset.finding(IDOverlap()).doubt == .missingInput)
  }

  @Test(
    "published lists give the figures that their readers counted", .needsSharedData("splits"), arguments: Published.all)
  func published(_ list: Published) throws {
    let dataset = try AuditedDataset.lists(list.files.map { SharedData.folder + "/splits/" + $0 })[0]
    let subject = AuditSubject(datasets: [dataset], threads: 1)
    let report = try AuditReport(subject)
    #expect(report.hasErrors == list.leaks)
    let found = [try IDOverlap().run(on: subject), try TimeOverlap().run(on: subject)].map(\.summary).joined()
    for figure in list.figures { #expect(found.contains(figure), "\(found)") }
  }
}

/// A public list and the expected findings.
struct Published: Sendable, CustomTestStringConvertible {
  let name: String
  let files: [String]
  let leaks: Bool
  let figures: [String]

  var testDescription: String { name }

  private static func emoBox(_ name: String, leaks: Bool, _ figures: String...) -> Published {
    let files = ["train", "test"].map { "emobox/\(name)/\(name)_\($0)_fold_1.jsonl" }
    return Published(name: name, files: files, leaks: leaks, figures: figures)
  }

  static let all = [
    Published(
      name: "MELD", files: ["train", "dev", "test"].map { "meld/\($0)_sent_emo.csv" }, leaks: true,
      figures: ["142 of 143 test episodes", "with 2,501 of 2,610 test utterances", "35 of 2,610 test utterances"]),
    Published(
      name: "CREMA-D by OGM-GE", files: ["crema-d-ogmge/train.csv", "crema-d-ogmge/test.csv"], leaks: true,
      figures: ["91 of 91 test actors", "744 of 744 test clips"]),
    emoBox("cremad", leaks: true, "91 of 91 test actors"), emoBox("tess", leaks: true, "2 of 2 test speakers"),
    emoBox("emovdb", leaks: true, "4 of 4 test speakers"), emoBox("iemocap", leaks: false),
    emoBox("ravdess", leaks: false), Published(name: "MOSI", files: ["mosi/label.npz"], leaks: false, figures: []),
    Published(name: "MOSEI", files: ["mosei/label.npz"], leaks: false, figures: []),
    Published(
      name: "CH-SIMS", files: ["sims/label.npz"], leaks: true, figures: ["with 457 of 457 test clips, are in train"]),
    Published(
      name: "CH-SIMS v2", files: ["simsv2/label.npz"], leaks: true,
      figures: ["with 842 of 1,034 test clips, are in train"]),
  ]
}
