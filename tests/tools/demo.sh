#!/bin/sh
# Compiles the smallest example and says what to type next.
set -eu
echo
sed 's/^/    /' examples/minimal.yaml
echo
build/tfgen -o build/demo examples/minimal.yaml
cat <<'END'

These two lines became the Terraform in build/demo. Read build/demo/README.md, then:

    cd build/demo
    terraform init
    terraform apply          # asks before it makes anything; needs credentials for an AWS account

Your own:                    build/tfgen init > gym.yaml
                             build/tfgen -o gym gym.yaml
Everything else:             build/tfgen --help
To try the service here:     make run          # with a database of its own, sample data, and a page for the browser
To have it as 'tfgen':       make install, as root
END
