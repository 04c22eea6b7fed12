import Samples
import Testing

struct ClipGroupingTests {
  /// Names as video sites give them, with `-` and `_` in them: at the start, at the end, before a digit.
  private static let videos = [
    "03bSnISJMiM", "0h-zjBukYpk", "1DmNV9C1hbY", "_dI--eQ6qVU", "c5xsKMxpXnc", "v0zCBqDeKcE", "Clint-8pFZrI",
    "--qXJuDtHPw", "aBcDeFg-h_3", "125845", "25522", "xYzXyZxYz-_", "5f_7-1Bq2_9",
  ]

  private static func clips(_ count: Int, _ spell: (String, Int) -> String) -> [String] {
    videos.flatMap { video in (0..<count).map { spell(video, $0) } }
  }

  @Test(
    "clips are grouped with certainty, whatever separates the video from the clip",
    arguments: [
      "_", "-", "/", ".", "#", "$_$", " ", ":", "@", "__", "_clip", "_clip_", "-utt", "_seg-", "/part ", " Shot",
    ])
  func certain(separator: String) {
    let grouping = ClipGrouping(of: Self.clips(6) { "\($0)\(separator)\($1)" })
    #expect(grouping.standing == .certain)
    #expect(grouping.groups.count == Self.videos.count)
    #expect(grouping.groups.allSatisfy { $0.members.count == 6 })
    let recordings = Set(grouping.groups.flatMap(\.members).map { grouping.recording(of: $0) })
    #expect(recordings.count == Self.videos.count)
  }

  @Test(
    "times, padded numbers and file names are recognised as clips too",
    arguments: [
      { "\($0)_\(12 * $1).500_\(12 * $1 + 4).000" }, { "\($0)-\(12 * $1).25-\(12 * $1 + 4).75" },
      { "\($0)_\(1200 * $1)_\(1200 * $1 + 900)" }, { "\($0)_\($1 + 3).5" }, { "\($0)_000\($1)" },
      { "\($0)/00\($1).mp4" },
      { "\($0)_\($1).wav" }, { "\($0)(\($1))" }, { "\($0)[\($1)]" + "" }, { "\($0)_\($1)[\($1)]" },
      { "\($0)-\($1)[0][2]" },
    ] as [@Sendable (String, Int) -> String])
  func spelled(spell: @Sendable (String, Int) -> String) {
    let names = Self.clips(5, spell)
    let grouping = ClipGrouping(of: names)
    for video in Self.videos {
      let own = names.filter { $0.hasPrefix(video) }.map { grouping.recording(of: $0) }
      #expect(Set(own) == [video], "\(names[0])")
    }
  }

  @Test(
    "times make clips of plainly named recordings too",
    arguments: [
      { "video\($0)_\(12 * $1).500_\(12 * $1 + 4).000" }, { "\(100_000 + $0)_\(12 * $1).5_\(12 * $1 + 4).25" },
      { "anna\($0)-\(3 * $1).000-\(3 * $1 + 3).000" },
    ] as [@Sendable (Int, Int) -> String])
  func plainNames(spell: @Sendable (Int, Int) -> String) {
    let names = (0..<12).flatMap { video in (0..<6).map { spell(video, $0) } }
    let grouping = ClipGrouping(of: names)
    #expect(grouping.standing == .certain, "\(names[0])")
    #expect(grouping.groups.count == 12)
  }

  @Test("names with an accidental number after a hyphen, or which merely count, are not clips")
  func none() {
    for names in [
      Self.videos, (1...120).map { "video_\($0)" }, (1...40).map { "v\($0)" }, (100_000...100_040).map(String.init),
      (1...28).map { $0 < 10 ? "2024-01-0\($0)" : "2024-02-\($0)" }, [], ["a_1"],
      ["Ses01F_script01_1", "Ses01F_script01_2", "Ses01F_impro01_F000", "Ses01F_impro01_F001"],
      ["1001_DFA_ANG_XX", "1001_DFA_DIS_XX", "1002_IEO_HAP_LO"],
    ] {
      let grouping = ClipGrouping(of: names)
      #expect(grouping.standing == .none, "\(names.prefix(2)) \(grouping.rule ?? "")")
      #expect(grouping.groups.isEmpty)
      #expect(names.allSatisfy { grouping.recording(of: $0, believingSuspicion: true) == $0 })
    }
  }

  @Test("a code of many parts is not a clip's name")
  func code() {
    let names = (1...4).flatMap { emotion in
      (1...2).flatMap { level in
        (1...2).flatMap { text in (1...6).map { "03-01-0\(emotion)-0\(level)-0\(text)-0\($0)" } }
      }
    }
    #expect(ClipGrouping(of: names).standing == .none)
  }

  @Test(
    "ambiguous names are suspected, listed, and grouped only on request",
    arguments: [
      (["happy_01", "happy_02", "sad_01", "sad_02"], ["happy", "sad"]),
      (["03-11", "03-12", "04-11", "04-12"], ["03", "04"]),
      (videos + ["03bSnISJMiM_1", "03bSnISJMiM_2"], ["03bSnISJMiM"]),
      (["anna1_20200103", "anna1_20200104", "bob2_20200103", "bob2_20200105"], ["anna1", "bob2"]),
      (videos + ["03bSnISJMiM.first", "0h-zjBukYpk.first"], ["03bSnISJMiM", "0h-zjBukYpk"]),
    ])
  func suspected(names: [String], groups: [String]) {
    let grouping = ClipGrouping(of: names)
    #expect(grouping.standing == .suspected)
    #expect(grouping.rule != nil)
    #expect(grouping.groups.map(\.name) == groups)
    let member = grouping.groups[0].members[1]
    #expect(grouping.recording(of: member) == member)
    #expect(grouping.recording(of: member, believingSuspicion: true) == groups[0])
  }

  @Test(
    "a single clip is a video of its own beside those with several, and a bare name belongs to its clips")
  func singles() {
    let grouping = ClipGrouping(of: ["abc12_0", "abc12_1", "def34_7", "ghi56", "ghi56_1", "ghi56_2"])
    #expect(grouping.standing == .certain)
    #expect(grouping.rule == "<recording>_<number>")
    #expect(grouping.groups.map(\.name) == ["abc12", "ghi56"])
    #expect(grouping.recording(of: "def34_7[3]") == "def34")
    #expect(grouping.recording(of: "ghi56") == "ghi56")
  }

  @Test("neither the order of the list nor repeated names matter")
  func order() {
    let names = Self.clips(3) { "\($0)_\($1)" }
    let forward = ClipGrouping(of: names)
    let backward = ClipGrouping(of: (names + names).reversed())
    #expect(forward.groups == backward.groups)
    #expect(forward.standing == backward.standing)
  }
}
