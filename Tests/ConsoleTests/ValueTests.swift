import Testing

@testable import Console

@Suite("Values on the command line")
struct ValueTests {
  @Test(
    "sizes",
    arguments: [
      ("1048576", 1_048_576), ("512MiB", 536_870_912), ("512M", 536_870_912), ("512mb", 536_870_912),
      ("2G", 2_147_483_648), ("1.5 GiB", 1_610_612_736), ("4k", 4096), ("1T", 1_099_511_627_776), ("7b", 7),
    ])
  func sizes(text: String, bytes: Int) {
    #expect(ByteSize(text)?.byteCount == bytes)
  }

  @Test(
    "what is no size",
    arguments: ["", "G", "-1G", "0", "2X", "1e3", "2GG", "iB", "3iB", "inf", "nan", "9999999T", "1..5G"])
  func noSize(text: String) {
    #expect(ByteSize(text) == nil)
  }

  @Test("shares", arguments: ["0.7,0.15,0.15", "0.8, 0.1, 0.1", "0.3333333333,0.3333333333,0.3333333334"])
  func shares(text: String) {
    #expect(SplitRatios(text) != nil)
  }

  @Test(
    "what are no shares",
    arguments: [
      "", "0.7", "0.5,0.5", "0.7,0.15,0.16", "1,0,0", "1.2,-0.1,-0.1", "0.7,0.15,0.15,", "a,b,c", "nan,0.5,0.5",
    ])
  func noShares(text: String) {
    #expect(SplitRatios(text) == nil)
  }

  @Test(
    "the nearest name is suggested, a far one is not",
    arguments: [
      ("ganularity", "granularity"), ("granularitiy", "granularity"), ("raito", "ratios"), ("dtpye", "dtype"),
      ("gran", "granularity"), ("xyzzy", nil), ("", nil), ("o", nil),
    ] as [(String, String?)])
  func nearest(name: String, expected: String?) {
    #expect(nearestName(to: name, among: ["granularity", "ratios", "dtype", "out", "root"]) == expected)
  }

  @Test(
    "a printed command works when pasted",
    arguments: [
      ("prepared", "prepared"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$(rm)", "'$(rm)'"),
      ("../out-1/x.y", "../out-1/x.y"),
      ("a\u{1b}[2J\n'\\\u{9b}", #"$'a\x1b[2J\x0a\'\\\xc2\x9b'"#),
    ])
  func quoting(text: String, expected: String) {
    #expect(shellQuoted(text) == expected)
  }

  @Test(
    "a number below zero is the value of the option before it",
    arguments: [
      ("iemocap --frame-offset -2 --out x", "iemocap --frame-offset=-2 --out x"), ("--x -.5", "--x=-.5"),
      ("--x -1e3 -q", "--x=-1e3 -q"), ("--x -1,2", "--x=-1,2"), ("--x=-2", "--x=-2"), ("--x=1 -2", "--x=1 -2"),
      ("-q -2", "-q -2"), ("name -2", "name -2"), ("--x -y", "--x -y"), ("--x - -", "--x - -"),
      ("-- --x -2", "-- --x -2"),
      ("--x -. --y -.a", "--x -. --y -.a"),
    ])
  func negative(line: String, expected: String) {
    let arguments = line.split(separator: " ").map(String.init)
    #expect(NegativeValues.attached(arguments) == expected.split(separator: " ").map(String.init))
  }
}
