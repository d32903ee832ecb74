using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace OciSharp.Linux.Tests;

/// <summary>The tests run on glibc, which the table is a copy of.</summary>
public sealed unsafe class ErrorTextTests
{
    private const int Errnos = 134;

    [DllImport("libc")]
    private static extern byte* strerrordesc_np(int errno);

    [Test]
    public void Each_errno_has_the_words_of_glibc()
    {
        for (int errno = 1; errno < Errnos; errno++)
        {
            byte* words = strerrordesc_np(errno);
            string expected = words is null ? $"errno {errno}" : Marshal.PtrToStringUTF8((nint)words)!.ToLowerInvariant();
            Assert.That(ErrorText.Of((Errno)errno), Is.EqualTo(expected).Or.StartsWith(expected + " ("));
        }
    }
}
