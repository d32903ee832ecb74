using System.Text;

namespace OciSharp.Fuzz.Tests.Mutation;

/// <summary>Changes bytes, knowing nothing of what they mean.</summary>
internal static class ByteMutator
{
    private const int MostChanges = 8;

    /// <summary>A mutation of <paramref name="input"/>; <paramref name="other"/> lends it parts.</summary>
    public static byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        List<byte> bytes = [.. input];
        for (int i = random.Next(1, MostChanges + 1); i > 0; i--)
            Change(bytes, other, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, byte[] other, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(random.Next(1, 64), bytes.Count - at);
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                int from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 200), other.Length - from)));
                break;
            case 6:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(HostileValues.Text(random)));
                break;
            default:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(HostileValues.Number(random).ToJsonString()));
                break;
        }
    }
}
