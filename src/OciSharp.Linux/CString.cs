using System.Text;

namespace OciSharp.Linux;

/// <summary>Strings as the kernel takes them: UTF-8 with a NUL at the end.</summary>
public static class CString
{
    /// <summary>The bytes of <paramref name="text"/> and a NUL.</summary>
    /// <exception cref="ArgumentException">The text holds a NUL, where the kernel would cut it off.</exception>
    public static byte[] Of(string text)
    {
        if (text.Contains('\0'))
            throw new ArgumentException($"\"{text.Replace("\0", "\\0")}\" holds a NUL byte, which no path, argument or variable can");
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
