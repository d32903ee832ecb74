using System.Buffers.Text;
using System.Text;
using OciSharp.Linux;

namespace OciSharp.Runtime.State;

/// <summary>The names of users, out of /etc/passwd (passwd(5)): a static executable has no name service.</summary>
public sealed class UserNames
{
    private const string PasswordFile = "/etc/passwd";

    private byte[]? _passwords;

    /// <summary>The name of a user, or <c>#1000</c> if it has none.</summary>
    public string Of(uint uid) => Find(_passwords ??= ReadPasswords(), uid) ?? $"#{uid}";

    /// <summary>The name of a user in the text of a password file, or <see langword="null"/>.</summary>
    public static string? Find(ReadOnlySpan<byte> passwords, uint uid)
    {
        while (!passwords.IsEmpty)
        {
            int end = passwords.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? passwords : passwords[..end];
            passwords = end < 0 ? default : passwords[(end + 1)..];

            int name = line.IndexOf((byte)':');
            int password = name < 0 ? -1 : line[(name + 1)..].IndexOf((byte)':');
            if (password < 0)
                continue;
            ReadOnlySpan<byte> rest = line[(name + password + 2)..];
            if (Utf8Parser.TryParse(rest, out uint found, out int digits) && found == uid && digits < rest.Length && rest[digits] == ':')
                return Encoding.UTF8.GetString(line[..name]);
        }

        return null;
    }

    /// <summary>What cannot be read has no names: they are a courtesy.</summary>
    private static byte[] ReadPasswords()
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, PasswordFile, Fcntl.O_RDONLY);
        if (fd < 0)
            return [];
        using OwnedFd file = new((int)fd);
        return Syscall.ReadToEnd(file.Value, PasswordFile);
    }
}
