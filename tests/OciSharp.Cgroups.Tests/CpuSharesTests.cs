namespace OciSharp.Cgroups.Tests;

public sealed class CpuSharesTests
{
    [TestCase(1ul, 1)]
    [TestCase(2ul, 1)]
    [TestCase(1024ul, 100)]
    [TestCase(262144ul, 10000)]
    [TestCase(1000000ul, 10000)]
    public void The_ends_and_the_usual_value_meet(ulong shares, long weight) => Assert.That(CpuShares.ToWeight(shares), Is.EqualTo(weight));

    [Test]
    public void More_shares_never_weigh_less()
    {
        long last = 0;
        for (ulong shares = 1; shares <= 262144; shares += 7)
        {
            long weight = CpuShares.ToWeight(shares);
            Assert.That(weight, Is.InRange(last, 10000), $"{shares}");
            last = weight;
        }
    }
}
