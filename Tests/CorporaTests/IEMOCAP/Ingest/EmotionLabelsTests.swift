import Samples
import TestSupport
import Testing

@testable import Corpora

@Suite("Labels from IEMOCAP's annotation")
struct EmotionLabelsTests {
  private func turn(_ category: String, _ valence: Double = 2.5, _ activation: Double = 3, _ dominance: Double = 4)
    throws
    -> EmotionTurn
  {
    EmotionTurn(
      id: try #require(UtteranceID("Ses01F_impro01_M000")), interval: Interval(start: 6.25, end: 8.5),
      category: category, valence: valence, activation: activation, dominance: dominance)
  }

  @Test(
    "the valence becomes a sentiment in [-3, 3], even from beyond its scale",
    arguments: [(1.0, -3.0), (2.5, -0.75), (3, 0), (4.3333, 1.99995), (5, 3), (5.5, 3), (0.5, -3)])
  func sentiment(valence: Double, sentiment: Double) throws {
    let row = TurnLabelling.sentiment.row(of: try turn("neu", valence))
    #expect(row.fault == nil)
    #expect(row.segment.labels == [Float(sentiment), Float(valence), 3, 4, 6])
    #expect(row.segment.interval == Interval(start: 0, end: 2.25))
    #expect(row.segment.id.description == "Ses01F_impro01_M000")
  }

  @Test("a turn without a majority has no category but keeps everything else")
  func noMajority() throws {
    let labels = TurnLabelling.sentiment.row(of: try turn("xxx")).segment.labels
    #expect(labels[4].isNaN)
    #expect(labels[..<4] == [-0.75, 2.5, 3, 4])
    #expect(TurnLabelling.sentiment.columns.optional == [4])
  }

  @Test(
    "four classes: excitement counts as happiness, and omissions give a reason",
    arguments: [
      ("ang", [Float(1), 0, 0, 0], nil), ("hap", [0, 1, 0, 0], nil), ("exc", [0, 1, 0, 0], nil),
      ("neu", [0, 0, 1, 0], nil), ("sad", [0, 0, 0, 1], nil), ("xxx", [0, 0, 0, 0], .noMajorityEmotion),
      ("fru", [0, 0, 0, 0], .otherEmotion), ("sur", [0, 0, 0, 0], DropReason.otherEmotion),
    ])
  func four(category: String, labels: [Float], fault: DropReason?) throws {
    let row = TurnLabelling.classes(.four).row(of: try turn(category))
    #expect(row.segment.labels == labels)
    #expect(row.fault == fault)
  }

  @Test("six classes keep excitement and frustration apart")
  func six() throws {
    #expect(TurnLabelling.classes(.six).columns.names == ["ang", "exc", "fru", "hap", "neu", "sad"])
    for (index, name) in TurnLabelling.classes(.six).columns.names.enumerated() {
      let row = TurnLabelling.classes(.six).row(of: try turn(name))
      #expect(row.segment.labels.firstIndex(of: 1) == index && row.segment.labels.reduce(0, +) == 1)
    }
    #expect(TurnLabelling.classes(.six).row(of: try turn("dis")).fault == .otherEmotion)
  }

  @Test("valence, activation and dominance are kept as they are, even beyond the scale")
  func dimensions() throws {
    #expect(TurnLabelling.dimensions.row(of: try turn("neu", 5.5, 3, 0.5)).segment.labels == [5.5, 3, 0.5])
  }

  @Test(
    "any classes of categories have a column each, in their order, and leave out the rest",
    arguments: [
      ("exc", [Float(1), 0, 0], nil), ("hap", [1, 0, 0], nil), ("fru", [0, 1, 0], nil), ("ang", [0, 1, 0], nil),
      ("sur", [0, 0, 1], nil), ("neu", [0, 0, 0], .otherClass), ("xxx", [0, 0, 0], DropReason.noMajorityEmotion),
    ])
  func classes(category: String, labels: [Float], fault: DropReason?) throws {
    let labelling = TurnLabelling.classes(try EmotionClasses("hap+exc,upset=fru+ang,sur"))
    #expect(labelling.columns.names == ["hap", "upset", "sur"])
    #expect(labelling.columns.classes == .oneEach)
    let row = labelling.row(of: try turn(category))
    #expect(row.segment.labels == labels)
    #expect(row.fault == fault)
  }

  @Test("the shares of votes leave out votes for other categories, and a turn without any for the classes")
  func votes() throws {
    let labelling = TurnLabelling.votes(.four)
    #expect(labelling.columns.classes == .shares)
    var voted = try turn("xxx")
    voted.votes = RaterVotes(["exc": 1, "hap": 1, "sad": 1, "neu": 1, "fru": 3])
    let row = labelling.row(of: voted)
    #expect(row.segment.labels == [0, 0.5, 0.25, 0.25])
    #expect(row.fault == nil)
    voted.votes = RaterVotes(["fru": 2, RaterVotes.unknown: 1])
    #expect(labelling.row(of: voted).fault == .noVote)
    #expect(labelling.row(of: try turn("ang")).fault == .noVote)
  }
}
