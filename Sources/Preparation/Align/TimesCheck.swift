import Corpora
import Samples
import Text

/// Looks for modalities whose times are in a different unit from the labels', or on a different clock.
///
/// A modality is suspect if, in more than half of the recordings that have it, more than half of the labelled segments
/// have no row of it, or its rows do not overlap the labelled time at all; or if the median ratio of its time span to
/// the labels' is near a unit's factor, both by length and by end. Rows outside every label are normal and never count:
/// a span is measured against those of the other modalities, which have the same unlabelled parts.
struct TimesCheck {
  /// By modality, in the order of the plan.
  private let times: [Modality: [RecordingTimes]]

  init(_ times: [RecordingTimes]) { self.times = Dictionary(grouping: times, by: \.modality) }

  /// Why a modality is suspect.
  struct Suspicion: Hashable {
    let modality: Modality
    let problem: String
    /// What would fix it, as a clause.
    let remedy: String
    /// Whether the labels' times are to blame.
    var areLabels = false
  }

  /// The suspect modalities in their order.
  var suspicions: [Suspicion] { Modality.allCases.compactMap(suspicion) }

  /// What the report says about suspects that the user has let pass, and about single recordings.
  var warnings: [String] {
    let suspicions = suspicions
    return Modality.allCases.compactMap { modality in
      if let suspicion = suspicions.first(where: { $0.modality == modality }) {
        return "\(modality): \(suspicion.problem); --allow-times lets it pass."
      }
      let all = times[modality] ?? []
      let odd = oddRecordings(modality)
      if odd.isEmpty { return nil }
      let names = odd.prefix(3).map(\.recording).joined(separator: ", ") + (odd.count > 3 ? ", …" : "")
      return
        "\(modality): in \(odd.count) of \(all.count) recordings the times do not match the labels' (\(names)): most "
        + "labelled segments have no row, or another unit or clock would explain them."
    }
  }

  // MARK: - Suspicion

  private func suspicion(_ modality: Modality) -> Suspicion? {
    guard let times = times[modality] else { return nil }
    let count = "median of \(times.count) recordings"
    if let unit = coarseUnitOfLabels {
      return Suspicion(
        modality: modality,
        problem:
          "the labels' times look like \(unit.name), not seconds: every modality spans \(Int(unit.seconds)) times the "
          + "length of the labels (\(count))",
        remedy: "multiply the labels' intervals by \(Int(unit.seconds))", areLabels: true)
    }
    if let unit = unit(of: modality) {
      return Suspicion(
        modality: modality,
        problem:
          "the \(modality) times look like \(unit.name), not seconds: they span \(Self.text(medians(modality).length)) "
          + "times the length of the labels (\(count))",
        remedy: "divide its intervals by \(Int(unit.perSecond))")
    }
    if let unit = unitOfLabels(modality) {
      return Suspicion(
        modality: modality,
        problem: "the labels' times look like \(unit.name), not seconds: they span "
          + "\(Self.text(1 / medians(modality).length)) times the length of the \(modality) rows (\(count))",
        remedy: "divide the labels' intervals by \(Int(unit.perSecond))", areLabels: true)
    }
    let bare = times.count(where: \.isMostlyBare)
    let apart = times.count(where: \.isApart)
    if 2 * bare <= times.count, 2 * apart <= times.count { return nil }
    return Suspicion(
      modality: modality,
      problem:
        "in \(bare) of \(times.count) recordings most labelled segments have no \(modality) row, as if the times were "
        + "of another unit or clock\(Self.distance(times))",
      remedy: "give its intervals on the labels' clock")
  }

  private typealias Ratios = (length: Double, end: Double)

  /// The medians over recordings of a modality's length and end, relative to the labelled time.
  private func medians(_ modality: Modality) -> Ratios {
    func median(_ ratio: KeyPath<RecordingTimes, Double>) -> Double {
      let sorted = (times[modality] ?? []).map { $0[keyPath: ratio] }.filter(\.isFinite).sorted()
      return sorted.isEmpty ? 1 : sorted[sorted.count / 2]
    }
    return (median(\.lengthRatio), median(\.endRatio))
  }

  /// A modality is no reference for others if it is itself this many times as long as the labels.
  private static let mostOfMeasure = 4.0

  /// The unit that explains how long a modality is.
  private func unit(of modality: Modality) -> TimeUnit? {
    let own = medians(modality)
    let all = times[modality] ?? []
    let counted = all.count(where: \.startsAreWhole)
    let others = times.keys.filter { $0 != modality }.map(medians).filter { $0.length <= Self.mostOfMeasure }
    if let measure = others.min(by: { $0.length < $1.length }) {
      let relative = (length: own.length / max(measure.length, 1), end: own.end / max(measure.end, 1))
      let unit = TimeUnit.nearest(to: relative.length, among: TimeUnit.fine + TimeUnit.frames, within: 0.8...1.35)
      if let unit, (0.6...1.7).contains(relative.end / unit.perSecond) { return unit }
      guard 2 * counted > all.count, relative.length >= 2.5, (0.6...1.7).contains(relative.end / relative.length) else {
        return nil
      }
      let rate = min(relative.length.rounded(), 1e15)
      return TimeUnit(name: "frame numbers at about \(Int(rate)) per second", perSecond: rate)
    }
    // With nothing to compare, frame numbers have to look like numbers: little of a long recording may be labelled.
    let units = TimeUnit.fine + (2 * counted > all.count ? TimeUnit.frames : [])
    let unit = TimeUnit.nearest(to: own.length, among: units, within: 0.8...3)
    return unit.flatMap { (0.6...3).contains(own.end / $0.perSecond) ? $0 : nil }
  }

  /// The unit that explains how much longer the labels are than a modality.
  private func unitOfLabels(_ modality: Modality) -> TimeUnit? {
    let own = medians(modality)
    guard own.length > 0, own.end > 0 else { return nil }
    // If another modality agrees with the labels, this one is to blame.
    if times.keys.contains(where: { $0 != modality && medians($0).length > 0.25 }) { return nil }
    let unit = TimeUnit.nearest(to: 1 / own.length, among: TimeUnit.fine, within: 0.3...1.35)
    return unit.flatMap { (0.3...1.7).contains(1 / own.end / $0.perSecond) ? $0 : nil }
  }

  /// The unit that explains why several modalities are all longer than the labels by the same factor.
  private var coarseUnitOfLabels: (name: String, seconds: Double)? {
    guard times.count > 1 else { return nil }
    return [(name: "minutes", seconds: 60.0), (name: "hours", seconds: 3600.0)].first { unit in
      times.keys.allSatisfy { modality in
        let own = medians(modality)
        return (0.8...1.35).contains(own.length / unit.seconds) && (0.8...1.35).contains(own.end / unit.seconds)
      }
    }
  }

  /// Recordings that would be suspect by themselves.
  private func oddRecordings(_ modality: Modality) -> [RecordingTimes] {
    let usual = max(medians(modality).length, 1)
    return (times[modality] ?? []).filter { time in
      if time.isMostlyBare || time.isApart { return true }
      let unit = TimeUnit.nearest(
        to: time.lengthRatio / usual, among: TimeUnit.fine + (time.startsAreWhole ? TimeUnit.frames : []),
        within: 0.6...1.7)
      return unit != nil
    }
  }

  /// How far the rows are from the labels if most do not overlap them.
  private static func distance(_ times: [RecordingTimes]) -> String {
    let gaps = times.filter(\.isApart).map { $0.span.start - $0.labelled.start }.sorted()
    guard 2 * gaps.count > times.count else { return "" }
    let gap = gaps[gaps.count / 2]
    return ": they begin \(text(abs(gap))) s \(gap > 0 ? "after" : "before") the labels do"
  }

  private static func text(_ number: Double) -> String {
    number >= 10 ? "\(Int(min(number, 1e15).rounded()))" : "\((number * 10).rounded() / 10)"
  }
}

extension TimesCheck {
  /// How the times of a plan's recordings compare with their labels.
  init(_ aligned: AlignedBlocks) { self.init(aligned.summaries.flatMap(\.times)) }

  /// Stops the run if a modality is suspect, unless the user lets it continue.
  ///
  /// - Throws: `DataError` 65 that names the suspected unit or how far the clocks are apart.
  func require(for plan: PreparationPlan) throws {
    if plan.configuration.allowsSuspectTimes { return }
    guard let suspicion = suspicions.first else { return }
    let file = suspicion.areLabels ? plan.corpus.labels.path : plan.corpus.features[suspicion.modality]?.path
    throw DataError(
      .badData, file: file, suspicion.problem, expected: "times in seconds, on the clock of the labels",
      advice: "If so, \(suspicion.remedy); if not, add --allow-times.")
  }
}

/// A unit that times may be in by mistake.
struct TimeUnit: Hashable, Sendable {
  /// Its name: `milliseconds`.
  let name: String
  /// How many there are in a second.
  let perSecond: Double

  /// So fine that no recording matches the length of its labels by accident.
  static let fine: [TimeUnit] =
    [
      TimeUnit(name: "milliseconds", perSecond: 1e3), TimeUnit(name: "microseconds", perSecond: 1e6),
      TimeUnit(name: "units of 100 nanoseconds", perSecond: 1e7), TimeUnit(name: "nanoseconds", perSecond: 1e9),
    ]
    + [8000.0, 16_000, 22_050, 44_100, 48_000].map {
      TimeUnit(name: "sample numbers at \(Int($0)) Hz", perSecond: $0)
    }
  /// Rates of cameras and of acoustic features.
  static let frames = [10.0, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120, 200, 240].map {
    TimeUnit(name: "frame numbers at \(Int($0)) per second", perSecond: $0)
  }

  /// The unit whose factor is nearest to `ratio`, where the ratio lies within `range` times that factor.
  static func nearest(to ratio: Double, among units: [TimeUnit], within range: ClosedRange<Double>) -> TimeUnit? {
    units.filter { range.contains(ratio / $0.perSecond) }
      .min { abs(ratio / $0.perSecond - 1) < abs(ratio / $1.perSecond - 1) }
  }
}
