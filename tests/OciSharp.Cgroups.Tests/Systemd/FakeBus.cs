using System.Net.Sockets;
using System.Text;
using OciSharp.Cgroups.Systemd.DBus;
using UnixSocket = System.Net.Sockets.Socket;

namespace OciSharp.Cgroups.Tests.Systemd;

/// <summary>
/// The other side of a connection: does the handshake, and answers calls as a test says. It reads and writes messages with the
/// client's own classes,
/// which the tests of the real bus check.
/// </summary>
internal sealed class FakeBus : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("ocisharp-bus-").FullName;
    private readonly UnixSocket listener;
    private readonly Thread thread;
    private uint serial = 1000;

    /// <summary>Serves one client.</summary>
    /// <param name="answer">
    /// Gets the method's name and the message, and returns what is sent back: any number of messages, to be made with the methods below.
    /// </param>
    /// <param name="handshake">What the bus says to <c>AUTH</c>.</param>
    public FakeBus(Func<string, DBusMessage, uint, IEnumerable<byte[]>> answer, string handshake = "DATA\r\nOK 0123\r\n")
    {
        listener = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint($"{directory}/bus"));
        listener.Listen();
        thread = new Thread(() => Serve(answer, handshake)) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Where it listens.</summary>
    public BusAddress Address => new($"{directory}/bus");

    /// <summary>An answer to a call.</summary>
    public byte[] Return(uint call, string signature = "", Action<DBusWriter>? values = null) => Message(DBusMessageType.Return, call,
        signature, values);

    /// <summary>A refusal of a call.</summary>
    public byte[] Error(uint call, string name, string text) => Message(DBusMessageType.Error, call, "s", writer => writer.String(text),
        error: name);

    /// <summary>A signal.</summary>
    public byte[] Signal(string member, string signature, Action<DBusWriter> values) => Message(DBusMessageType.Signal, 0, signature,
        values, member);

    public void Dispose()
    {
        listener.Dispose();
        thread.Join();
        Directory.Delete(directory, recursive: true);
    }

    private void Serve(Func<string, DBusMessage, uint, IEnumerable<byte[]>> answer, string handshake)
    {
        try
        {
            using UnixSocket client = listener.Accept();
            var text = new StringBuilder();
            byte[] one = new byte[1];
            while (!text.ToString().EndsWith("BEGIN\r\n"))
            {
                if (client.Receive(one) == 0)
                    return;
                text.Append((char)one[0]);
            }

            client.Send(Encoding.ASCII.GetBytes(handshake));
            while (Read(client) is { } bytes)
            {
                DBusMessage call = DBusMessage.Parse(bytes);
                foreach (byte[] message in answer(call.Member, call, BitConverter.ToUInt32(bytes, 8)))
                    client.Send(message);
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }

    private static byte[]? Read(UnixSocket client)
    {
        byte[] start = new byte[DBusMessage.FixedHeaderSize];
        for (int i = 0; i < start.Length;)
        {
            int count = client.Receive(start.AsSpan(i));
            if (count == 0)
                return null;
            i += count;
        }

        byte[] whole = new byte[DBusMessage.LengthOf(start)];
        start.CopyTo(whole, 0);
        for (int i = start.Length; i < whole.Length;)
            i += client.Receive(whole.AsSpan(i));
        return whole;
    }

    private byte[] Message(DBusMessageType type, uint reply, string signature, Action<DBusWriter>? values, string member = "",
        string error = "")
    {
        var body = new DBusWriter();
        values?.Invoke(body);
        var message = new DBusWriter();
        message.Byte((byte)'l');
        message.Byte((byte)type);
        message.Byte(0);
        message.Byte(1);
        message.UInt32((uint)body.Length);
        message.UInt32(serial++);
        DBusWriter.ArrayMark fields = message.BeginArray(8);
        if (member.Length > 0)
            Field(message, 3, "s", writer => writer.String(member));
        if (error.Length > 0)
            Field(message, 4, "s", writer => writer.String(error));
        if (reply > 0)
            Field(message, 5, "u", writer => writer.UInt32(reply));
        if (signature.Length > 0)
            Field(message, 8, "g", writer => writer.Signature(signature));
        message.EndArray(fields);
        message.Align(8);
        message.Raw(body.Bytes);
        return message.Bytes.ToArray();
    }

    private static void Field(DBusWriter message, byte code, string type, Action<DBusWriter> value)
    {
        message.Struct();
        message.Byte(code);
        message.Signature(type);
        value(message);
    }
}
