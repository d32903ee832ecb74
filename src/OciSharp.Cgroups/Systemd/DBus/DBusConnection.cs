using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.Systemd.DBus;

/// <summary>
/// A connection to a bus, for one command: calls are made one after the other and waited for, signals that come meanwhile are kept. No
/// descriptors, no threads, no objects of our own.
/// </summary>
internal sealed unsafe class DBusConnection : IDisposable
{
    /// <summary>How long an answer is waited for, in milliseconds.</summary>
    public const int UsualBound = 30_000;

    private const string Bus = "org.freedesktop.DBus";
    private const string BusPath = "/org/freedesktop/DBus";

    // "AUTH EXTERNAL" without a name: the bus takes our user from the socket, as it knows him in its own user namespace.
    private static readonly byte[] Handshake = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8.ToArray();

    private readonly OwnedFd socket;
    private readonly string name;
    private readonly int bound;
    private readonly Queue<DBusMessage> signals = [];
    private byte[] input = new byte[4096];
    private int inputLength;
    private uint serial;

    private DBusConnection(OwnedFd socket, string name, int bound)
    {
        this.socket = socket;
        this.name = name;
        this.bound = bound;
    }

    /// <summary>Connects to a bus and introduces us.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="bound">How long anything is waited for, in milliseconds.</param>
    /// <exception cref="DBusException">Nobody listens there, or we are not welcome.</exception>
    public static DBusConnection Open(BusAddress address, int bound = UsualBound)
    {
        OwnedFd socket = MakeSocket(bound);
        try
        {
            sockaddr_un target;
            uint length = address.ToSocketAddress(&target);
            nint result = RawSyscall.connect(socket.Value, &target, length);
            if (result == -(nint)Errno.EAGAIN)
                throw new DBusException("", $"connect to the bus at {address.Display}: it accepts nobody, not within {bound} ms either: does it hang?");
            if (result < 0)
                throw new DBusException("",
                    $"connect to the bus at {address.Display}: {ErrorText.Of((Errno)(int)-result)}: is it running?");
            return Open(socket, address.Display, bound);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static OwnedFd MakeSocket(int bound)
    {
        try
        {
            return Syscall.BoundedSocket(Socket.SOCK_STREAM, Math.Max(1, bound / 1000));
        }
        catch (LinuxException e)
        {
            throw new DBusException("", e.Message);
        }
    }

    /// <summary>Introduces us on a socket that is connected.</summary>
    /// <exception cref="DBusException">We are not welcome.</exception>
    public static DBusConnection Open(OwnedFd socket, string name, int bound = UsualBound)
    {
        var connection = new DBusConnection(socket, name, bound);
        connection.WriteAll(Handshake);
        connection.ReadHandshake();
        connection.Call(Bus, BusPath, Bus, "Hello", "", null);
        return connection;
    }

    /// <summary>Has the bus deliver signals that fit a rule.</summary>
    /// <exception cref="DBusException">The bus refuses.</exception>
    public void AddMatch(string rule)
    {
        var body = new DBusWriter();
        body.String(rule);
        Call(Bus, BusPath, Bus, "AddMatch", "s", body);
    }

    /// <summary>Calls a method and waits for its answer.</summary>
    /// <param name="destination">The service.</param>
    /// <param name="path">Its object.</param>
    /// <param name="interfaceName">The interface of the method.</param>
    /// <param name="member">The method.</param>
    /// <param name="signature">The types of the arguments.</param>
    /// <param name="body">The arguments; null for none.</param>
    /// <exception cref="DBusException">The method is refused, or no answer comes.</exception>
    public DBusMessage Call(string destination, string path, string interfaceName, string member, string signature, DBusWriter? body)
    {
        uint sent = Send(destination, path, interfaceName, member, signature, body);
        long deadline = Deadline();
        while (true)
        {
            DBusMessage message = Receive($"call {member}", deadline);
            if (message.Type == DBusMessageType.Signal)
                signals.Enqueue(message);
            else if (message.ReplySerial != sent)
                continue; // a call to us, or a late answer: neither is for us
            else if (message.Type == DBusMessageType.Error)
                throw new DBusException(message.ErrorName, message.FirstString() is { Length: > 0 } text ? text : message.ErrorName);
            else
                return message;
        }
    }

    /// <summary>Until when something is waited for that begins now: for <see cref="NextSignal"/>.</summary>
    public long Deadline() => Environment.TickCount64 + bound;

    /// <summary>The next signal, those that came during calls first.</summary>
    /// <param name="awaited">What is being waited for, for the message.</param>
    /// <param name="deadline">As <see cref="Deadline"/> gave it, before the first of those that the wanted one may be among.</param>
    /// <exception cref="DBusException">None comes.</exception>
    public DBusMessage NextSignal(string awaited, long deadline)
    {
        while (true)
        {
            if (signals.TryDequeue(out DBusMessage? kept))
                return kept;
            DBusMessage message = Receive(awaited, deadline);
            if (message.Type == DBusMessageType.Signal)
                return message;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>One message: the fixed header, the fields, the arguments.</summary>
    internal static DBusWriter Message(uint serial, string destination, string path, string interfaceName, string member,
        string signature, DBusWriter? body)
    {
        var message = new DBusWriter();
        message.Byte((byte)'l');
        message.Byte((byte)DBusMessageType.Call);
        message.Byte(0); // flags
        message.Byte(1);
        message.UInt32((uint)(body?.Length ?? 0));
        message.UInt32(serial);
        DBusWriter.ArrayMark fields = message.BeginArray(8);
        Field(message, 1, "o", path);
        Field(message, 2, "s", interfaceName);
        Field(message, 3, "s", member);
        Field(message, 6, "s", destination);
        if (signature.Length > 0)
        {
            message.Struct();
            message.Byte(8);
            message.Signature("g");
            message.Signature(signature);
        }

        message.EndArray(fields);
        message.Align(8);
        if (body is not null)
            message.Raw(body.Bytes);
        return message;
    }

    private static void Field(DBusWriter message, byte code, string type, string value)
    {
        message.Struct();
        message.Byte(code);
        message.Signature(type);
        message.String(value);
    }

    private uint Send(string destination, string path, string interfaceName, string member, string signature, DBusWriter? body)
    {
        serial++;
        WriteAll(Message(serial, destination, path, interfaceName, member, signature, body).Bytes);
        return serial;
    }

    /// <summary>
    /// The bus answers our words with <c>DATA</c> and <c>OK guid</c>, a line each; a stricter one with <c>REJECTED …</c>.
    /// </summary>
    private void ReadHandshake()
    {
        long deadline = Deadline();
        while (true)
        {
            int end = input.AsSpan(0, inputLength).IndexOf("\r\n"u8);
            if (end < 0)
            {
                Fill("introduce us", deadline);
                continue;
            }

            string line = Encoding.ASCII.GetString(input, 0, end);
            Consume(end + 2);
            if (line.StartsWith("OK ", StringComparison.Ordinal))
                return;
            if (line != "DATA")
                throw new DBusException("", $"introduce us to the bus at {name}: it answers \"{line}\"");
        }
    }

    private DBusMessage Receive(string awaited, long deadline)
    {
        while (true)
        {
            if (inputLength >= DBusMessage.FixedHeaderSize)
            {
                int length = DBusMessage.LengthOf(input.AsSpan(0, DBusMessage.FixedHeaderSize));
                if (inputLength >= length)
                {
                    DBusMessage message = DBusMessage.Parse(input.AsSpan(0, length));
                    Consume(length);
                    return message;
                }

                if (input.Length < length)
                    Array.Resize(ref input, length);
            }

            Fill(awaited, deadline);
        }
    }

    /// <summary>Waits for more bytes, and takes them.</summary>
    private void Fill(string awaited, long deadline)
    {
        if (inputLength == input.Length)
            Array.Resize(ref input, input.Length * 2);
        var poll = new pollfd { fd = socket.Value, events = pollfd.POLLIN };
        nint ready;
        do
        {
            // A bus that speaks all the time, but of other things, does not put the deadline off.
            long left = deadline - Environment.TickCount64;
            var timeout = new timespec { tv_sec = left / 1000, tv_nsec = left % 1000 * 1_000_000 };
            ready = left <= 0 ? 0 : RawSyscall.ppoll(&poll, 1, &timeout);
        }
        while (ready == -(nint)Errno.EINTR);

        if (ready == 0)
            throw new DBusException("", $"{awaited} over the bus at {name}: no answer within {bound} ms");

        nint count;
        fixed (byte* start = input)
        {
            do
                count = RawSyscall.read(socket.Value, start + inputLength, (nuint)(input.Length - inputLength));
            while (count == -(nint)Errno.EINTR);
        }

        if (count <= 0)
            throw new DBusException("",
                $"{awaited} over the bus at {name}: {(count == 0 ? "it hung up" : ErrorText.Of((Errno)(int)-count))}");
        inputLength += (int)count;
    }

    private void Consume(int count)
    {
        inputLength -= count;
        input.AsSpan(count, inputLength).CopyTo(input);
    }

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                var part = new iovec { iov_base = start + done, iov_len = (nuint)(bytes.Length - done) };
                var message = new msghdr { msg_iov = &part, msg_iovlen = 1 };
                nint count = RawSyscall.sendmsg(socket.Value, &message, Socket.MSG_NOSIGNAL);
                if (count >= 0)
                    done += (int)count;
                else if (count != -(nint)Errno.EINTR)
                    throw new DBusException("", $"write to the bus at {name}: {ErrorText.Of((Errno)(int)-count)}");
            }
        }
    }
}
