extension BinaryInteger {
  /// The number with commas between thousands, e.g. `23,259`.
  public var grouped: String {
    let digits = Array(String(magnitude))
    var text = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// The number with what is counted: `1 group`, `1,204 groups`.
  public func counted(_ noun: String, plural: String? = nil) -> String {
    "\(grouped) \(self.noun(noun, plural: plural))"
  }

  /// What is counted, in the number that goes with the count: `group`, `groups`.
  public func noun(_ singular: String, plural: String? = nil) -> String {
    self == 1 ? singular : plural ?? singular + "s"
  }

  /// The number as bytes in the largest unit that leaves 1 or more, e.g. `1.5 GiB`.
  public var byteText: String {
    for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] where magnitude >= 1 << shift {
      let value = (Double(self) / Double(1 << shift)).fixed(1)
      return (value.hasSuffix(".0") ? String(value.dropLast(2)) : value) + " " + unit
    }
    return "\(self) bytes"
  }
}

extension Double {
  /// The number with exactly `places` decimals, the same on every machine and in every locale; halves are rounded away
  /// from zero. Not for numbers from 1e15 up, which are written with an exponent.
  public func fixed(_ places: Int) -> String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    var power = 1
    for _ in 0..<places { power *= 10 }
    let scaled = (abs(self) * Double(power)).rounded(.toNearestOrAwayFromZero)
    guard scaled < 0x1p62 else { return "\(self)" }
    let units = Int(scaled)
    let sign = self < 0 && units > 0 ? "-" : ""
    if places == 0 { return sign + String(units) }
    let fraction = String(units % power)
    return sign + "\(units / power)." + String(repeating: "0", count: places - fraction.count) + fraction
  }
}
