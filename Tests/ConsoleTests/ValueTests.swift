import Testing

@testable import Console

@Suite("Values on the command line")
struct ValueTests {
  @Test(
    "the nearest name is suggested, a distant one is not",
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
    "a path in a printed command is never taken for an option",
    arguments: [("prepared", "prepared"), ("-o", "./-o"), ("--out x", "'./--out x'"), ("-\u{1b}", #"$'./-\x1b'"#)])
  func path(text: String, expected: String) {
    #expect(shellPath(text) == expected)
  }

  @Test(
    "a negative number is the value of the option before it",
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
