using System.Text;
using OciSharp.Runtime.Processes;

namespace OciSharp.Runtime.Tests.Processes;

public sealed class TailBufferTests
{
    [TestCase("ab|c", ExpectedResult = "abc")]
    [TestCase("abcd", ExpectedResult = "abcd")]
    [TestCase("abcde", ExpectedResult = "…bcde")]
    [TestCase("ab|cde", ExpectedResult = "…bcde")]
    [TestCase("ab|cdefgh|i", ExpectedResult = "…fghi")]
    [TestCase("| \n", ExpectedResult = "")]
    public string TheLastBytesAreKept(string parts)
    {
        TailBuffer buffer = new(4);
        foreach (string part in parts.Split('|'))
            buffer.Append(Encoding.UTF8.GetBytes(part));
        return buffer.ToString();
    }
}
