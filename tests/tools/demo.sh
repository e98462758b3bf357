#!/bin/sh
# Compiles the smallest example and says what to type next.
set -eu
echo
sed 's/^/    /' examples/minimal.yaml
echo
build/tfgen -q -o build/demo examples/minimal.yaml
echo "compiled to $(find build/demo -type f ! -path '*/.tfgen/*' | wc -l) files in build/demo"
cat <<'END'

Put tfgen on your PATH:      export PATH="$PWD/build:$PATH"     (or, as root: make install)
Try the service here:        make run     (with a database of its own, sample data, and a page for the browser)
Write your own spec:         tfgen init > gym.yaml
                             tfgen -o gym gym.yaml
Everything else:             tfgen --help
Read what it wrote here:     build/demo/README.md
END
terraform=terraform
if ! command -v terraform >/dev/null && command -v tofu >/dev/null; then terraform=tofu; fi
command -v "$terraform" >/dev/null || cat <<'END'
Get Terraform, 1.11 or later: https://developer.hashicorp.com/terraform/install
  or OpenTofu, 1.11 or later: https://opentofu.org/docs/intro/install/ (then write tofu for terraform)
END
echo "Deploy it:                   cd build/demo && $terraform init && $terraform apply"
echo "                             (it shows its plan and asks first; it needs credentials for an AWS account)"
