#!/usr/bin/env python3
# Holds examples/kubernetes against the Kubernetes API, against the program and against itself, without
# a cluster. The API's types are those of Debian's python3-kubernetes, made from its OpenAPI document.
# SPDX-License-Identifier: Apache-2.0
"""usage: kubernetes_test.py [LAVAVISOR]     (the built program; else $LAVAVISOR)"""

import copy
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

import jsonschema
import kubernetes.client as api
import yaml

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "examples/kubernetes"
PROGRAM = Path(os.environ.get("LAVAVISOR", TOP / "build/src/lavavisor"))
MODELS = {
    ("apps/v1", "Deployment"): api.V1Deployment,
    ("v1", "ConfigMap"): api.V1ConfigMap,
    ("v1", "PersistentVolumeClaim"): api.V1PersistentVolumeClaim,
    ("v1", "Secret"): api.V1Secret,
    ("v1", "Service"): api.V1Service,
    ("v1", "ServiceAccount"): api.V1ServiceAccount,
}
SCALARS = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string"},
    "object": {"type": ["string", "integer", "object"]},  # IntOrString, FieldsV1
}


def required(model):
    """The attributes that may not be null: the model's own setters refuse it."""
    lenient, strict = api.Configuration(), api.Configuration()
    lenient.client_side_validation, strict.client_side_validation = False, True
    instance, found = model(local_vars_configuration=lenient), []
    instance.local_vars_configuration = strict
    for attribute, name in model.attribute_map.items():
        try:
            setattr(instance, attribute.removeprefix("_"), None)
        except ValueError:
            found.append(name)
    return found


def schema_of(model):
    """A strict JSON Schema of an API type, with all types that it is made of in $defs."""
    definitions = {}

    def of(name):
        if name in SCALARS:
            return SCALARS[name]
        if inner := re.fullmatch(r"list\[(.*)\]", name):
            return {"type": "array", "items": of(inner[1])}
        if inner := re.fullmatch(r"dict\(str, (.*)\)", name):
            return {"type": "object", "additionalProperties": of(inner[1])}
        if name not in definitions:
            part = getattr(api, name)
            definitions[name] = {}
            definitions[name] |= {
                "type": "object",
                "additionalProperties": False,
                "required": required(part),
                "properties": {part.attribute_map[key]: of(kind) for key, kind in part.openapi_types.items()},
            }
        return {"$ref": f"#/$defs/{name}"}

    return of(model.__name__) | {"$defs": definitions}


def findings(document):
    """What the API's types have against a document."""
    model = MODELS.get((document.get("apiVersion"), document.get("kind")))
    if model is None:
        return [f"no such kind: {document.get('apiVersion')} {document.get('kind')}"]
    validator = jsonschema.Draft202012Validator(schema_of(model))
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(document)]


def load(name):
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def flags_of(args):
    """The pod command's flags, written as "--name value" or "--name=value"."""
    found, words = {}, iter(args)
    for word in words:
        name, equals, value = word.partition("=")
        found[name] = value if equals else next(words)
    return found


class Manifests(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.documents = {
            path.name: load(path.name) for path in sorted(FOLDER.glob("*.yaml")) if path.name != "kustomization.yaml"
        }
        cls.deployment = cls.documents["deployment.yaml"]
        cls.pod = cls.deployment["spec"]["template"]["spec"]
        [cls.container] = cls.pod["containers"]
        cls.config = cls.documents["configmap.yaml"]["data"]
        cls.toml = tomllib.loads(cls.config["lavavisor.toml"])
        cls.flags = flags_of(cls.container["args"][1:])
        cls.lavap = shlex.split(cls.flags["--cmd"])
        cls.ports = {port["name"]: port["containerPort"] for port in cls.container["ports"]}
        cls.mounts = {mount["mountPath"]: mount for mount in cls.container["volumeMounts"]}

    def lavap_flag(self, name):
        return self.lavap[self.lavap.index(name) + 1]

    # --- the API ---------------------------------------------------------------------------------

    def test_every_manifest_is_as_the_api_has_it(self):
        self.assertGreaterEqual(len(self.documents), 6)
        for name, document in self.documents.items():
            with self.subTest(name):
                self.assertEqual(findings(document), [])

    def test_the_api_refuses_what_it_should(self):
        container = ("spec", "template", "spec", "containers", 0)
        for place, value in (
            ((*container, "securityContext", "readOnlyRootFileSystem"), True),
            ((*container, "livenessProbe", "httpGet", "port"), None),
            ((*container, "livenessProbe", "periodSeconds"), "10"),
            ((*container, "volumeMounts", 0, "mountpath"), "/x"),
            ((*container, "env", 0, "value"), 1),
            ((*container, "resources", "limits", "memory"), 4),
            (("spec", "template", "spec", "terminationGracePeriodSeconds"), "75s"),
            (("spec", "selector"), None),
            (("spec", "strategy"), "Recreate"),
            (("kind",), "Deploymnet"),
        ):
            with self.subTest(f"{place} = {value!r}"):
                bad = copy.deepcopy(self.deployment)
                within = bad
                for step in place[:-1]:
                    within = within[step]
                within[place[-1]] = value
                if value is None:
                    del within[place[-1]]
                self.assertNotEqual(findings(bad), [])

    def test_names_are_such_as_the_api_takes(self):
        for name, document in self.documents.items():
            self.assertNotIn("namespace", document["metadata"], name)
            self.assertRegex(document["metadata"]["name"], r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
        for port in self.ports:
            self.assertRegex(port, r"^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$")

    def test_quantities_are_such_as_the_api_takes(self):
        resources = self.container["resources"]
        claim = self.documents["persistentvolumeclaim.yaml"]["spec"]["resources"]["requests"]
        for value in [*resources["requests"].values(), *resources["limits"].values(), *claim.values()]:
            self.assertRegex(value, r"^[1-9][0-9]*(m|Ki|Mi|Gi)?$")

    # --- each other ------------------------------------------------------------------------------

    def test_what_is_referred_to_exists(self):
        names = {document["kind"]: document["metadata"]["name"] for document in self.documents.values()}
        volumes = {volume["name"]: volume for volume in self.pod["volumes"]}
        self.assertEqual(volumes["data"]["persistentVolumeClaim"]["claimName"], names["PersistentVolumeClaim"])
        self.assertEqual(volumes["config"]["configMap"]["name"], names["ConfigMap"])
        self.assertEqual(volumes["keyring"]["secret"]["secretName"], names["Secret"])
        self.assertEqual(self.pod["serviceAccountName"], names["ServiceAccount"])
        self.assertEqual({mount["name"] for mount in self.mounts.values()}, set(volumes))
        labels = self.deployment["spec"]["template"]["metadata"]["labels"]
        for selector in (
            self.deployment["spec"]["selector"]["matchLabels"],
            self.documents["service.yaml"]["spec"]["selector"],
        ):
            self.assertLessEqual(selector.items(), labels.items())
        for port in self.documents["service.yaml"]["spec"]["ports"]:
            self.assertIn(port["targetPort"], self.ports)

    def test_kustomization_has_all_but_the_secret(self):
        resources = load("kustomization.yaml")["resources"]
        self.assertEqual(sorted(resources), sorted(set(self.documents) - {"secret.example.yaml"}))

    def test_files_that_the_arguments_name_are_mounted(self):
        for path, key, keys in (
            (self.flags["--config"], "config", self.config),
            (self.lavap[2], "config", self.config),
            (self.flags["--keyring-password-file"], "keyring", self.documents["secret.example.yaml"]["stringData"]),
        ):
            folder, _, name = path.rpartition("/")
            self.assertEqual(self.mounts[folder]["name"], key)
            self.assertIn(name, keys)

    def test_all_that_is_written_is_on_the_one_writable_volume(self):
        self.assertTrue(self.container["securityContext"]["readOnlyRootFilesystem"])
        [writable] = [path for path, mount in self.mounts.items() if not mount.get("readOnly")]
        self.assertEqual(self.mounts[writable]["name"], "data")
        env = {entry["name"]: entry["value"] for entry in self.container["env"]}
        for path in (env["HOME"], env["TMPDIR"], self.flags["--directory"], self.lavap_flag("--reward-server-storage")):
            self.assertTrue(f"{path}/".startswith(f"{writable}/"), path)
        self.assertEqual(self.toml["binary"]["link"], "")

    def test_ports_are_the_same_everywhere(self):
        self.assertEqual(self.flags["--listen"], f":{self.ports['health']}")
        metrics = self.lavap_flag("--metrics-listen-address")
        self.assertEqual(metrics, f":{self.ports['metrics']}")
        self.assertIn(f"127.0.0.1{metrics}/", self.toml["defaults"]["health"]["http"])
        [endpoint] = yaml.safe_load(self.config["provider.yml"])["endpoints"]
        self.assertEqual(endpoint["network-address"]["address"], f"0.0.0.0:{self.ports['relay']}")
        paths = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
        for probe, path in paths.items():
            self.assertEqual(self.container[probe]["httpGet"], {"path": path, "port": "health"})

    def test_lavap_and_lavavisor_follow_one_chain(self):
        self.assertEqual(self.lavap_flag("--chain-id"), self.toml["chain"]["id"])
        self.assertIn(self.lavap_flag("--node"), self.toml["chain"]["endpoints"])

    def test_lavap_has_time_to_drain(self):
        limit = re.fullmatch(r"(\d+)s", self.flags["--stop-timeout"])
        self.assertGreaterEqual(self.pod["terminationGracePeriodSeconds"], int(limit[1]) + 10)

    def test_two_never_run_at_once(self):
        self.assertEqual(self.deployment["spec"]["replicas"], 1)
        self.assertEqual(self.deployment["spec"]["strategy"], {"type": "Recreate"})

    def test_nothing_runs_with_more_rights_than_it_needs(self):
        user = self.pod["securityContext"]
        self.assertTrue(user["runAsNonRoot"])
        self.assertEqual(user["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertFalse(self.pod["automountServiceAccountToken"])
        self.assertFalse(self.documents["serviceaccount.yaml"]["automountServiceAccountToken"])
        rights = self.container["securityContext"]
        self.assertFalse(rights["allowPrivilegeEscalation"])
        self.assertEqual(rights["capabilities"], {"drop": ["ALL"]})

    def test_the_password_is_for_the_pods_group_only(self):
        [secret] = [volume["secret"] for volume in self.pod["volumes"] if "secret" in volume]
        self.assertEqual(secret["defaultMode"], 0o440)
        self.assertEqual(self.pod["securityContext"]["fsGroup"], self.pod["securityContext"]["runAsGroup"])

    # --- the image -------------------------------------------------------------------------------

    def test_the_image_is_made_for_this_user(self):
        recipe = (FOLDER / "Containerfile").read_text(encoding="utf-8")
        user = self.pod["securityContext"]
        self.assertIn(f"\nUSER {user['runAsUser']}:{user['runAsGroup']}\n", recipe)
        self.assertIn('\nENTRYPOINT ["/usr/bin/lavavisor"]\n', recipe)
        self.assertNotIn("command", self.container)
        script = (FOLDER / "image-root.sh").read_text(encoding="utf-8")
        self.assertIn(f"nonroot:x:{user['runAsUser']}:{user['runAsGroup']}:", script)

    def test_the_recipe_copies_what_is_there(self):
        recipe = (FOLDER / "Containerfile").read_text(encoding="utf-8")
        for line in re.findall(r"(?m)^COPY (?!--from)(.*) \S+$", recipe):
            for source in line.split():
                self.assertTrue((TOP / source).exists(), source)

    # --- the program -----------------------------------------------------------------------------

    def test_the_program_knows_every_argument(self):
        self.assertEqual(self.container["args"][0], "pod")
        done = run("pod", "--help")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        known = set(re.findall(r"--[a-z][a-z-]+", done.stdout))
        self.assertLessEqual(set(self.flags), known)

    def test_the_program_takes_the_configuration(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in self.config.items():
                Path(folder, name).write_text(text, encoding="utf-8")
            done = run("validate", str(Path(folder, "lavavisor.toml")))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_readme_names_every_file(self):
        readme = (FOLDER / "README.md").read_text(encoding="utf-8")
        for path in FOLDER.iterdir():
            if path.name != "README.md":
                self.assertIn(f"`{path.name}`", readme)


def run(*words):
    return subprocess.run([str(PROGRAM), *words], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        PROGRAM = Path(sys.argv.pop(1))
    unittest.main()
