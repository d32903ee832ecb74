using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OciSharp.Fuzz.Tests.Mutation;

/// <summary>Changes a JSON document at a few places, knowing its structure: what comes out is JSON, and mostly still a configuration.</summary>
internal static class JsonMutator
{
    private const int MostChanges = 6;

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A mutation of <paramref name="document"/>; <paramref name="other"/> lends it parts.</summary>
    public static byte[] Mutate(byte[] document, byte[] other, Random random)
    {
        if (Parse(document) is not { } root)
            return document;
        JsonNode? lender = Parse(other);
        for (int i = random.Next(1, MostChanges + 1); i > 0; i--)
            Change(root, lender, random);
        return Encoding.UTF8.GetBytes(root.ToJsonString(s_plain));
    }

    private static JsonNode? Parse(byte[] text)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(text);
            if (root is not null)
                Collect(root, []);
            root?.ToJsonString(); // Both read what Parse has left for later.
            return root;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null; // Some of the corpus is broken on purpose: bytes are mutated then.
        }
    }

    private static void Change(JsonNode root, JsonNode? lender, Random random)
    {
        List<JsonNode> places = [];
        Collect(root, places);
        if (places.Count == 0)
            return;
        switch (places[random.Next(places.Count)])
        {
            case JsonObject parent:
                ChangeObject(parent, lender, random);
                break;
            case JsonArray parent:
                ChangeArray(parent, lender, random);
                break;
        }
    }

    private static void ChangeObject(JsonObject parent, JsonNode? lender, Random random)
    {
        string[] names = [.. parent.Select(property => property.Key)];
        if (names.Length == 0 || random.Next(6) == 0)
        {
            parent[HostileValues.Text(random)] = NewValue(lender, random);
            return;
        }

        string name = names[random.Next(names.Length)];
        switch (random.Next(8))
        {
            case 0:
                parent.Remove(name);
                break;
            case 1:
                parent[Twist(name, random)] = parent[name]?.DeepClone();
                break;
            case 2 when parent[name] is JsonValue value && value.TryGetValue(out string? text):
                parent[name] = Twist(text, random);
                break;
            default:
                parent[name] = NewValue(lender, random);
                break;
        }
    }

    private static void ChangeArray(JsonArray parent, JsonNode? lender, Random random)
    {
        int index = parent.Count == 0 ? 0 : random.Next(parent.Count);
        switch (parent.Count == 0 ? 0 : random.Next(7))
        {
            case 0:
                parent.Insert(index, NewValue(lender, random));
                break;
            case 1:
                parent.RemoveAt(index);
                break;
            case 2:
                parent.Insert(index, parent[index]?.DeepClone());
                break;
            case 3:
                for (int i = random.Next(2, 300); i > 0; i--)
                    parent.Add(parent[index]?.DeepClone());
                break;
            case 4 when parent[index] is JsonValue value && value.TryGetValue(out string? text):
                parent[index] = Twist(text, random);
                break;
            default:
                parent[index] = NewValue(lender, random);
                break;
        }
    }

    private static JsonNode? NewValue(JsonNode? lender, Random random)
    {
        switch (random.Next(7))
        {
            case 0:
                return null;
            case 1:
                return random.Next(2) == 0;
            case 2:
                return new JsonArray();
            case 3:
                return new JsonObject();
            case 4:
                return HostileValues.Number(random);
            case 5:
                return HostileValues.Text(random);
            default:
                List<JsonNode> parts = [];
                if (lender is not null)
                    Collect(lender, parts);
                return parts.Count == 0 ? null : parts[random.Next(parts.Count)].DeepClone();
        }
    }

    /// <summary>A text that is nearly <paramref name="text"/>.</summary>
    private static string Twist(string text, Random random)
    {
        int at = random.Next(text.Length + 1);
        return random.Next(6) switch
        {
            0 => text.ToUpperInvariant(),
            1 => text[..at],
            2 => text.Insert(at, HostileValues.Text(random)),
            3 => text + text,
            4 => "/" + text,
            _ => text.Insert(at, HostileValues.Character(random)),
        };
    }

    private static void Collect(JsonNode node, List<JsonNode> places)
    {
        switch (node)
        {
            case JsonObject parent:
                places.Add(parent);
                foreach ((_, JsonNode? child) in parent)
                {
                    if (child is not null)
                        Collect(child, places);
                }

                break;
            case JsonArray parent:
                places.Add(parent);
                foreach (JsonNode? child in parent)
                {
                    if (child is not null)
                        Collect(child, places);
                }

                break;
        }
    }
}
