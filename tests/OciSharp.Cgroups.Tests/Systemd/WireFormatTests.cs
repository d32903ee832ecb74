using System.Text;
using OciSharp.Cgroups.Systemd;
using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Tests.Systemd;

/// <summary>Bytes as the D-Bus specification has them ("Marshaling"), written out by hand: both sides of <see cref="FakeBus"/> are ours.</summary>
public sealed class WireFormatTests
{
    [Test]
    public void Values_are_aligned_to_their_size()
    {
        var writer = new DBusWriter();
        writer.Byte(1);
        writer.Boolean(true);
        writer.String("foo");
        writer.UInt64(2);
        writer.Signature("as");
        writer.UInt32(3);

        Assert.That(writer.Bytes.ToArray(), Is.EqualTo(new byte[]
        {
            1, 0, 0, 0, 1, 0, 0, 0,
            3, 0, 0, 0, (byte)'f', (byte)'o', (byte)'o', 0,
            2, 0, 0, 0, 0, 0, 0, 0,
            2, (byte)'a', (byte)'s', 0, 3, 0, 0, 0,
        }));
    }

    [Test]
    public void The_length_of_an_array_is_without_the_padding_before_its_first_element()
    {
        var writer = new DBusWriter();
        DBusWriter.ArrayMark array = writer.BeginArray(8);
        writer.UInt64(5);
        writer.EndArray(array);

        Assert.That(writer.Bytes.ToArray(), Is.EqualTo(new byte[] { 8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void Properties_are_structures_of_a_name_and_a_variant()
    {
        var writer = new DBusWriter();
        UnitProperty.WriteAll(writer, [UnitProperty.Of("Ab", true), UnitProperty.Of("PIDs", [(uint)7])]);

        Assert.That(writer.Bytes.ToArray(), Is.EqualTo(new byte[]
        {
            40, 0, 0, 0, 0, 0, 0, 0,
            2, 0, 0, 0, (byte)'A', (byte)'b', 0, 1, (byte)'b', 0, 0, 0, 1, 0, 0, 0,
            4, 0, 0, 0, (byte)'P', (byte)'I', (byte)'D', (byte)'s', 0, 2, (byte)'a', (byte)'u', 0, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0,
        }));
    }

    [Test]
    public void A_call_has_its_header_and_its_arguments()
    {
        DBusWriter hello = DBusConnection.Message(1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "", null);

        Assert.That(Encoding.Latin1.GetString(hello.Bytes), Is.EqualTo(
            "l\x01\0\x01\0\0\0\0\x01\0\0\0m\0\0\0"
            + "\x01\x01o\0\x15\0\0\0/org/freedesktop/DBus\0\0\0"
            + "\x02\x01s\0\x14\0\0\0org.freedesktop.DBus\0\0\0\0"
            + "\x03\x01s\0\x05\0\0\0Hello\0\0\0"
            + "\x06\x01s\0\x14\0\0\0org.freedesktop.DBus\0\0\0\0"));
    }

    [Test]
    public void A_message_of_the_other_byte_order_is_read()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(
            "B\x02\x01\x01\0\0\0\x08\0\0\0\x09\0\0\0\x0f"
            + "\x05\x01u\0\0\0\0\x2a\x08\x01g\0\x01s\0\0"
            + "\0\0\0\x03" + "abc\0");

        Assert.That(DBusMessage.LengthOf(bytes.AsSpan(0, DBusMessage.FixedHeaderSize)), Is.EqualTo(bytes.Length));
        var message = DBusMessage.Parse(bytes);

        Assert.That(message.Type, Is.EqualTo(DBusMessageType.Return));
        Assert.That(message.ReplySerial, Is.EqualTo(42));
        Assert.That(message.FirstString(), Is.EqualTo("abc"));
    }

    [TestCase("B\x02\x01\x01\0\0\0\x08\0\0\0\x09\0\0\0\x0f\x05\x01u\0\0\0\0\x2a\x08\x01g\0\x01s\0\0\0\0\0\x09" + "abc\0")]
    [TestCase("B\x02\x01\x01\0\0\0\0\0\0\0\x09\0\0\0\x80\x05\x01u\0\0\0\0\x2a")]
    public void A_length_that_leads_out_of_the_message_is_an_error(string text) =>
        Assert.That(() => DBusMessage.Parse(Encoding.Latin1.GetBytes(text)).FirstString(), Throws.TypeOf<DBusException>());

    [Test]
    public void A_message_of_a_gigabyte_is_not_awaited() =>
        Assert.That(() => DBusMessage.LengthOf([(byte)'l', 2, 1, 1, 0, 0, 0, 64, 1, 0, 0, 0, 0, 0, 0, 0]), Throws.TypeOf<DBusException>());
}
