"""Bucket: the obstore client for one place in S3, Google's or Azure's store."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from safelight.adapters.blobs.remote import RETRIES
from safelight.kernel.errors import Invalid

if TYPE_CHECKING:
    from obstore.store import AzureConfig, ClientConfig, GCSConfig, ObjectStore, S3Config


def store(
    scheme: str, account: str, bucket: str, prefix: str, params: Mapping[str, str], options: "ClientConfig"
) -> "ObjectStore":
    """`account` is Azure's; the other two have none."""
    make = {"s3": _s3, "gs": _google}.get(scheme)
    try:
        if make is None:
            return _azure(account, bucket, prefix, params, options)
        return make(bucket, prefix, params, options)
    except (BaseError, ValueError, OSError) as error:
        raise Invalid(
            "SAFELIGHT_BLOBS: the store cannot be set up with these parameters.", reason=type(error).__name__
        ) from error


def _s3(bucket: str, prefix: str, params: Mapping[str, str], options: "ClientConfig") -> "ObjectStore":
    config: S3Config = {"virtual_hosted_style_request": params.get("virtual_host") == "1"}
    if "endpoint" in params:
        config["endpoint"] = params["endpoint"]
    if "region" in params:
        config["region"] = params["region"]
    if "access_key" in params:
        config["access_key_id"] = params["access_key"]
    if "secret_key" in params:
        config["secret_access_key"] = params["secret_key"]
    if "session_token" in params:
        config["session_token"] = params["session_token"]
    return S3Store(bucket, prefix=prefix or None, config=config, client_options=options, retry_config=RETRIES)


def _google(bucket: str, prefix: str, params: Mapping[str, str], options: "ClientConfig") -> "ObjectStore":
    config: GCSConfig = {}
    if "endpoint" in params:
        config["base_url"] = params["endpoint"]
    if "credentials" in params:
        config["service_account"] = params["credentials"]
    return GCSStore(bucket, prefix=prefix or None, config=config, client_options=options, retry_config=RETRIES)


def _azure(account: str, bucket: str, prefix: str, params: Mapping[str, str], options: "ClientConfig") -> "ObjectStore":
    config: AzureConfig = {"account_name": account}
    if "client_id" in params:
        config |= {"client_id": params["client_id"], "client_secret": params.get("client_secret", "")}
    if "tenant" in params:
        config["tenant_id"] = params["tenant"]
    if "authority" in params:
        config["authority_host"] = params["authority"]
    if "endpoint" in params:
        config["endpoint"] = params["endpoint"]
    if "access_key" in params:
        config["account_key"] = params["access_key"]
    if "sas" in params:
        config["sas_key"] = params["sas"]
    return AzureStore(bucket, prefix=prefix or None, config=config, client_options=options, retry_config=RETRIES)
