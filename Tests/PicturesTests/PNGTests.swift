import Drawing
import Pictures
import Testing

@Suite("PNG")
struct PNGTests {
  private static func drawing(_ draw: (inout Drawing) -> Void = { _ in }) -> Drawing {
    var drawing = Drawing(width: 40, height: 30, label: "")
    draw(&drawing)
    return drawing
  }

  @Test("a picture has two pixels per point, and the same bytes each time")
  func sizes() throws {
    let png = try Self.drawing().png()
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(png[16..<24] == [0, 0, 0, 80, 0, 0, 0, 60])
    #expect(try Self.drawing().png() == png)
  }

  private static let square = Drawing.Rectangle(x: 5, y: 5, width: 20, height: 15)

  @Test("every mark and every part of its style is visible")
  func marks() throws {
    let center = Drawing.Point(20, 15)
    let drawings: [Drawing] = [
      Self.drawing(),
      Self.drawing { $0.line(from: .init(5, 5), to: center, .blue) },
      Self.drawing { $0.line(from: .init(5, 5), to: center, width: 3, .blue) },
      Self.drawing { $0.line(from: .init(5, 5), to: center, dash: [3, 2], .blue) },
      Self.drawing { $0.polygon([.init(5, 5), center, .init(30, 5)], .blue) },
      Self.drawing { $0.dot(center, radius: 4, .blue) },
      Self.drawing { $0.rectangle(Self.square, .blue) },
      Self.drawing { $0.rectangle(Self.square, .orange) },
      Self.drawing { $0.rectangle(Self.square, Color.blue.opacity(0.5)) },
      Self.drawing { $0.rectangle(Self.square, radius: 5, .blue) },
      Self.drawing { $0.outline(Self.square, .blue) },
      Self.drawing { $0.outline(Self.square, radius: 5, .blue) },
      Self.drawing { $0.text("ab", at: center) },
      Self.drawing { $0.text("ab", at: center, .init(size: 9)) },
      Self.drawing { $0.text("ab", at: center, .strong) },
      Self.drawing { $0.text("ab", at: center, .init(anchor: .middle)) },
      Self.drawing { $0.text("ab", at: center, .init(anchor: .end)) },
      Self.drawing { $0.text("ab", at: center, .init(isUpright: true)) },
      Self.drawing { $0.text("ab", at: center, .init(hasRim: true)) },
    ]
    #expect(try Set(drawings.map { try $0.png() }).count == drawings.count)
  }

  @Test("a sheet too large for cairo is an error, not a trap")
  func tooLarge() {
    #expect(throws: (any Error).self) { try Drawing(width: 40_000, height: 10, label: "").png() }
  }
}
