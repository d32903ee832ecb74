using System.Text;
using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Runtime.Doctor;

/// <summary>An examination for programs (docs/doctor.md).</summary>
public static class DoctorJson
{
    /// <summary>Raised when something is added (the second number), or changed or taken away (the first).</summary>
    public const string Version = "1.0";

    /// <summary>Writes it, indented by two, with a newline at its end.</summary>
    public static string Write(Examination examination)
    {
        var json = new JsonWriter("  ");
        json.BeginObject();
        json.Property("version"u8, Version);
        json.Property("fit"u8, examination.IsFit);
        json.Property("user"u8, examination.User);
        json.Property("uid"u8, (long)examination.Uid);
        json.Property("rootless"u8, examination.Rootless);
        json.Property("kernel"u8, examination.Kernel ?? "");
        json.Property("executable"u8, examination.Executable ?? "");
        json.Property("root"u8, examination.Root ?? "");
        json.BeginArray("checks"u8);
        foreach (Check check in examination.Checks)
        {
            json.BeginObject();
            json.Property("group"u8, CheckNames.Of(check.Group));
            json.Property("id"u8, check.Id);
            json.Property("name"u8, check.Name);
            json.Property("status"u8, CheckNames.Of(check.Status));
            json.Property("needed"u8, check.Needed);
            json.Property("detail"u8, check.Detail);
            json.BeginArray("remedy"u8);
            foreach (string line in check.Remedy)
                json.Value(line);
            json.EndArray();
            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
        return Encoding.UTF8.GetString(json.Written) + "\n";
    }
}
