namespace OciSharp.Cgroups.Systemd.DBus;

/// <summary>What a message is.</summary>
internal enum DBusMessageType
{
    /// <summary>A call of a method.</summary>
    Call = 1,

    /// <summary>The answer to a call.</summary>
    Return = 2,

    /// <summary>The refusal of a call.</summary>
    Error = 3,

    /// <summary>An event.</summary>
    Signal = 4,
}

/// <summary>A message that was received.</summary>
internal sealed class DBusMessage
{
    /// <summary>The size of the part of the header that tells how long the rest is.</summary>
    public const int FixedHeaderSize = 16;

    // No answer that we ask for comes near this; the specification's own limit is 128 MiB.
    private const uint LargestMessage = 1 << 20;

    private const int FieldAlignment = 8;

    private byte[] body = [];
    private bool littleEndian = true;

    /// <summary>What it is.</summary>
    public DBusMessageType Type { get; private init; }

    /// <summary>The call that it answers; 0 for none.</summary>
    public uint ReplySerial { get; private set; }

    /// <summary>The object that a signal is of.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The interface of a signal.</summary>
    public string Interface { get; private set; } = "";

    /// <summary>The name of a signal.</summary>
    public string Member { get; private set; } = "";

    /// <summary>The name of an error.</summary>
    public string ErrorName { get; private set; } = "";

    /// <summary>The types of the values.</summary>
    public string Signature { get; private set; } = "";

    /// <summary>The values.</summary>
    public DBusReader Body => new(body, littleEndian);

    /// <summary>The length of a whole message.</summary>
    /// <param name="start">Its first 16 bytes.</param>
    /// <exception cref="DBusException">It is no message, or a very long one.</exception>
    public static int LengthOf(ReadOnlySpan<byte> start)
    {
        var reader = new DBusReader(start, IsLittleEndian(start[0]));
        reader.UInt32();
        uint bodyLength = reader.UInt32();
        reader.UInt32();
        uint fieldsLength = reader.UInt32();
        if (bodyLength > LargestMessage || fieldsLength > LargestMessage)
            throw new DBusException("", "read from the bus: a message is longer than any that is expected");
        return FixedHeaderSize + (((int)fieldsLength + FieldAlignment - 1) & -FieldAlignment) + (int)bodyLength;
    }

    /// <summary>Reads a whole message.</summary>
    /// <exception cref="DBusException">It does not have the specification's form.</exception>
    public static DBusMessage Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new DBusReader(bytes, IsLittleEndian(bytes[0]));
        reader.Byte();
        var message = new DBusMessage { Type = (DBusMessageType)reader.Byte(), littleEndian = IsLittleEndian(bytes[0]) };
        reader.Byte();
        reader.Byte();
        reader.UInt32();
        reader.UInt32();
        int end = reader.Array(FieldAlignment);
        while (reader.Position < end)
            message.ReadField(ref reader);
        reader.Align(FieldAlignment);
        message.body = bytes[reader.Position..].ToArray();
        return message;
    }

    /// <summary>The first value of the body, if it is a text.</summary>
    public string FirstString() => Signature.StartsWith('s') || Signature.StartsWith('o') ? Body.String() : "";

    private void ReadField(ref DBusReader reader)
    {
        reader.Align(FieldAlignment);
        byte field = reader.Byte();
        switch (reader.Signature())
        {
            case "s" or "o":
                string text = reader.String();
                if (field == 1)
                    Path = text;
                else if (field == 2)
                    Interface = text;
                else if (field == 3)
                    Member = text;
                else if (field == 4)
                    ErrorName = text;
                break;
            case "g":
                Signature = reader.Signature();
                break;
            case "u":
                uint number = reader.UInt32();
                if (field == 5)
                    ReplySerial = number;
                break;
            default:
                throw new DBusException("", "read from the bus: a message has a header field of an unknown type");
        }
    }

    private static bool IsLittleEndian(byte mark) => mark switch
    {
        (byte)'l' => true,
        (byte)'B' => false,
        _ => throw new DBusException("", "read from the bus: this is not D-Bus"),
    };
}
