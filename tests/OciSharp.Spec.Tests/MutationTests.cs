namespace OciSharp.Spec.Tests;

/// <summary>Whatever the bytes, reading and judging end with a model, or with a reason.</summary>
public class MutationTests
{
    private const int Seed = 20260101;

    private static Fixture[] Good => Fixture.All("config/good");

    private static Fixture[] Documents => [.. Good, .. Fixture.All("config/bad").Where(fixture => fixture.Utf8.Length < 2000)];

    [Test]
    public void Damaged_documents_are_read_or_refused([Range(0, 9)] int round)
    {
        var random = new Random(Seed + round);
        foreach (Fixture fixture in Documents)
        {
            byte[] damaged = Damage(fixture.Utf8, random);
            var bag = new DiagnosticBag();
            Config? config = ConfigReader.Read(damaged, bag);
            if (config is null)
                Assert.That(bag.HasErrors, fixture.Name);
            else
                ConfigValidator.Validate(config, bag, fixture.Context);
        }
    }

    [TestCaseSource(nameof(Good))]
    public void Truncated_documents_are_refused(Fixture fixture)
    {
        int end = fixture.Utf8.AsSpan().LastIndexOfAny((byte)'}', (byte)']');
        for (int length = 0; length < end; length += Math.Max(1, end / 50))
        {
            var bag = new DiagnosticBag();
            Config? config = ConfigReader.Read(fixture.Utf8.AsSpan(0, length), bag);
            Assert.That(config is null || bag.HasErrors, $"{length} bytes");
        }
    }

    // Bytes changed, doubled, cut out, and replaced by what JSON is made of.
    private static byte[] Damage(byte[] document, Random random)
    {
        var bytes = document.ToList();
        for (int i = random.Next(1, 6); i > 0 && bytes.Count > 1; i--)
        {
            int at = random.Next(bytes.Count);
            int count = random.Next(1, Math.Min(30, bytes.Count - at + 1));
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(count, bytes.Count - at))); break;
                case 2: bytes.RemoveRange(at, Math.Min(count, bytes.Count - at)); break;
                case 3: bytes[at] = "{}[],:\"\\0-n"u8[random.Next(11)]; break;
                default: bytes.InsertRange(at, "null"u8.ToArray()); break;
            }
        }
        return [.. bytes];
    }
}
